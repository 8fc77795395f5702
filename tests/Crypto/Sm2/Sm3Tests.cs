using System.Text;
using DataHub.Crypto.Sm2;

namespace DataHub.Crypto.Tests.Sm2;

public sealed class Sm3Tests
{
    // The first and third are the examples of GB/T 32905-2016, all four agree with OpenSSL.
    [Theory]
    [InlineData("abc", 1, "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0")]
    [InlineData("", 1, "1AB21D8355CFA17F8E61194831E81A8F22BEC8C728FEFB747ED035EB5082AA2B")]
    [InlineData("abcd", 16, "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732")]
    [InlineData("a", 1_000_000, "C8AAF89429554029E231941A2ACC0AD61FF2A5ACD8FADD25847A3A732B3B02C3")]
    public void Hash_KnownMessages_GivesTheKnownValues(string text, int times, string expected)
    {
        var message = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times)));

        Assert.Equal(expected, Convert.ToHexString(Sm3.Hash(message)));
    }

    [Fact]
    public void Hasher_AnyCutOfTheMessage_GivesTheSameHash()
    {
        var message = new byte[10_000];
        new Random(3).NextBytes(message);
        var hasher = new Sm3Hasher();
        var random = new Random(4);
        for (var round = 0; round < 50; round++)
        {
            for (var at = 0; at < message.Length;)
            {
                var taken = random.Next(0, Math.Min(5_000, message.Length - at) + 1);
                hasher.Append(message.AsSpan(at, taken));
                at += taken;
            }

            Assert.Equal(Sm3.Hash(message), hasher.Finish());
        }
    }

    [Fact]
    public void Hash_TargetTooShort_LeavesNothingBehindForTheNext()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Sm3.Hash([1, 2, 3], new byte[31]));

        Assert.StartsWith("66C7F0F4", Convert.ToHexString(Sm3.Hash("abc"u8)), StringComparison.Ordinal);
    }
}

using System.Text;
using DataHub.Crypto.Sm2;
using Org.BouncyCastle.Crypto.Digests;

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

    [Fact]
    public void Hash_EveryLengthUpToSomeBlocks_IsWhatBouncyCastleGives()
    {
        var message = new byte[1_000];
        new Random(5).NextBytes(message);
        for (var length = 0; length <= message.Length; length++)
        {
            Assert.Equal(ByLibrary(message.AsSpan(0, length)), Sm3.Hash(message.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Hash_RandomMessagesOfRandomLengths_AreWhatBouncyCastleGives()
    {
        var random = new Random(6);
        for (var round = 0; round < 5_000; round++)
        {
            var message = new byte[random.Next(0, 5_000)];
            random.NextBytes(message);
            Assert.Equal(ByLibrary(message), Sm3.Hash(message));
        }
    }

    [Fact]
    public async Task Hash_RandomMessages_AreWhatOpenSslGives()
    {
        using var folder = new TempFolder();
        var random = new Random(7);
        foreach (var length in new[] { 0, 1, 31, 55, 56, 63, 64, 65, 119, 120, 128, 1_000, 100_000 })
        {
            var message = new byte[length];
            random.NextBytes(message);
            var file = folder.File($"{length}");
            await File.WriteAllBytesAsync(file, message, TestContext.Current.CancellationToken);

            Assert.StartsWith(Convert.ToHexStringLower(Sm3.Hash(message)), await OpenSsl.SucceedsAsync("dgst", "-sm3", "-r", file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Hash_IntoTheDataThemselves_GivesTheSame()
    {
        var message = new byte[65];
        new Random(8).NextBytes(message);
        var expected = Sm3.Hash(message);

        Sm3.Hash(message, message);

        Assert.Equal(expected, message[..Sm3.HashBytes]);
    }

    [Fact]
    public void Hash_OfTwoHashes_AllocatesNothing()
    {
        Span<byte> node = stackalloc byte[65];
        Span<byte> hash = stackalloc byte[Sm3.HashBytes];
        Sm3.Hash(node, hash);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Sm3.Hash(node, hash);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] ByLibrary(ReadOnlySpan<byte> message)
    {
        var digest = new SM3Digest();
        digest.BlockUpdate(message.ToArray(), 0, message.Length);
        var hash = new byte[Sm3.HashBytes];
        digest.DoFinal(hash, 0);
        return hash;
    }
}

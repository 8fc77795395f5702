using System.Security.Cryptography;
using System.Text.Json;
using DataHub.Crypto.Sealing;

namespace DataHub.Crypto.Tests.Sealing;

public sealed class SealTests
{
    private static readonly DataKey Key = new(7, RandomNumberGenerator.GetBytes(32));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    public void Open_SameKeyAndPlace_GivesBackWhatWasSealed(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);

        var value = Seal.Close(Key, "hub/population_person/abc", plain);

        Assert.Equal(plain, Seal.Open(Key, "hub/population_person/abc", value));
        Assert.Equal(length + Seal.OverheadBytes, value.C.Length);
        Assert.Equal(7, value.K);
    }

    [Fact]
    public void Close_Twice_NeverTheSameBytes() =>
        Assert.NotEqual(Seal.Close(Key, "p", [1, 2, 3]).C, Seal.Close(Key, "p", [1, 2, 3]).C);

    [Fact]
    public void Open_OtherKeyBytesUnderTheSameNumber_IsRefused()
    {
        var value = Seal.Close(Key, "p", [1, 2, 3]);
        var other = new DataKey(Key.Number, RandomNumberGenerator.GetBytes(32));

        Assert.ThrowsAny<CryptographicException>(() => Seal.Open(other, "p", value));
    }

    [Fact]
    public void Open_OtherKeyNumber_IsRefused()
    {
        var value = Seal.Close(Key, "p", [1, 2, 3]);

        Assert.ThrowsAny<CryptographicException>(() => Seal.Open(Key with { Number = 8 }, "p", value));
    }

    [Fact]
    public void Open_OtherPlace_IsRefused()
    {
        var value = Seal.Close(Key, "hub/population_person/abc", [1, 2, 3]);

        Assert.ThrowsAny<CryptographicException>(() => Seal.Open(Key, "hub/population_person/abd", value));
    }

    [Fact]
    public void Open_AnyByteChangedOrCut_IsRefused()
    {
        var value = Seal.Close(Key, "p", [1, 2, 3, 4]);
        for (var i = 0; i < value.C.Length; i++)
        {
            var changed = value.C.ToArray();
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => Seal.Open(Key, "p", value with { C = changed }));
            Assert.ThrowsAny<CryptographicException>(() => Seal.Open(Key, "p", value with { C = value.C[..i] }));
        }
    }

    [Fact]
    public void SealedValue_AsJson_HasTheFormOfTheEventFormat()
    {
        var json = JsonSerializer.Serialize(new SealedValue(17, [1, 2, 3]));

        Assert.Equal("""{"K":17,"C":"AQID"}""", json);
        Assert.Equal([1, 2, 3], JsonSerializer.Deserialize<SealedValue>(json)!.C);
    }

    [Fact]
    public void DataKey_AsText_ShowsNoKeyBytes() => Assert.Equal("DataKey 7", Key.ToString());
}

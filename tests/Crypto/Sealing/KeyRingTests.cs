using System.Security.Cryptography;
using DataHub.Crypto.Sealing;

namespace DataHub.Crypto.Tests.Sealing;

public sealed class KeyRingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_NewFolder_WritesFilesOnlyTheOwnerReads()
    {
        var path = _folder.File("keys");

        KeyRing.Create(path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        Assert.Equal(["digest.key", "index.key", "kek-1.key"], Directory.GetFiles(path).Select(file => Path.GetFileName(file)).Order());
        Assert.All(Directory.GetFiles(path), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.All(Directory.GetFiles(path), file => Assert.Equal(32, new FileInfo(file).Length));
    }

    [Fact]
    public void Read_WhatCreateWrote_IsTheSameRing()
    {
        var created = KeyRing.Create(_folder.Path);
        var (number, wrapped) = created.Wrap("subject_key/1", [1, 2, 3]);

        var read = KeyRing.Read(_folder.Path);

        Assert.Equal(created.CheckValues(), read.CheckValues());
        Assert.Equal([1, 2, 3], read.Unwrap(number, "subject_key/1", wrapped));
        Assert.Equal(created.Pseudonyms.OfSubject("resident_id", "x"), read.Pseudonyms.OfSubject("resident_id", "x"));
    }

    // A crash or a slip must not put one new key beside old ones.
    [Theory]
    [InlineData("index.key")]
    [InlineData("kek-2.key")]
    public void Create_FolderWithAKey_TouchesNothing(string present)
    {
        _folder.Write(present, new byte[32]);

        Assert.Throws<IOException>(() => KeyRing.Create(_folder.Path));

        Assert.Equal([_folder.File(present)], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("index.key")]
    [InlineData("digest.key")]
    [InlineData("kek-1.key")]
    public void Read_MissingFile_NamesIt(string name)
    {
        KeyRing.Create(_folder.Path);
        File.Delete(_folder.File(name));

        var refusal = Assert.Throws<InvalidDataException>(() => KeyRing.Read(_folder.Path));

        Assert.Contains(name.Replace("kek-1", "kek-N", StringComparison.Ordinal), refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("index.key", 31)]
    [InlineData("digest.key", 0)]
    [InlineData("kek-1.key", 33)]
    public void Read_FileOfAnotherLength_NamesIt(string name, int length)
    {
        KeyRing.Create(_folder.Path);
        _folder.Write(name, new byte[length]);

        var refusal = Assert.Throws<InvalidDataException>(() => KeyRing.Read(_folder.Path));

        Assert.Contains($"{name} must hold 32 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kek-01.key")]
    [InlineData("kek-0.key")]
    [InlineData("kek-+2.key")]
    [InlineData("kek- 2.key")]
    [InlineData("kek-two.key")]
    [InlineData("kek-.key")]
    [InlineData("kek-99999999999.key")]
    public void Read_KeyNumberSpeltOtherwise_IsRefused(string name)
    {
        KeyRing.Create(_folder.Path);
        _folder.Write(name, new byte[32]);

        var refusal = Assert.Throws<InvalidDataException>(() => KeyRing.Read(_folder.Path));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingFolder_SaysSo() =>
        Assert.Contains("missing", Assert.Throws<InvalidDataException>(() => KeyRing.Read(_folder.File("nowhere"))).Message, StringComparison.Ordinal);

    [Fact]
    public void CheckValues_OneKeyDiffers_OnlyItsValueDiffers()
    {
        var before = KeyRing.Create(_folder.Path).CheckValues();
        _folder.Write("index.key", RandomNumberGenerator.GetBytes(32));

        var after = KeyRing.Read(_folder.Path).CheckValues();

        Assert.NotEqual(before["index"], after["index"]);
        Assert.Equal(before["digest"], after["digest"]);
        Assert.Equal(before["kek-1"], after["kek-1"]);
        Assert.Equal(3, before.Values.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Wrap_AfterANewKeyArrived_UsesTheNewestUnlessTold()
    {
        var old = KeyRing.Create(_folder.Path).Wrap("subject_key/1", [1, 2, 3]);
        _folder.Write("kek-2.key", RandomNumberGenerator.GetBytes(32));
        _folder.Write("kek-10.key", RandomNumberGenerator.GetBytes(32));

        var ring = KeyRing.Read(_folder.Path);

        Assert.Equal([1, 2, 10], ring.Numbers);
        Assert.Equal(10, ring.Wrap("subject_key/2", [4]).Number);
        Assert.Equal([1, 2, 3], ring.Unwrap(old.Number, "subject_key/1", old.Wrapped));
        Assert.Equal([4], ring.Unwrap(2, "subject_key/2", ring.Wrap(2, "subject_key/2", [4])));
    }

    [Fact]
    public void Has_KeyCopiedHereLater_FindsItWithoutARestart()
    {
        var ring = KeyRing.Create(_folder.Path);
        Assert.False(ring.Has(2));
        _folder.Write("kek-2.key", RandomNumberGenerator.GetBytes(32));
        Assert.True(ring.Has(2));
        Assert.Contains("kek-2", ring.CheckValues().Keys);
    }

    [Fact]
    public void Refresh_NumberHoldsAnotherKeyNow_IsRefusedAndTheOldOneStays()
    {
        var ring = KeyRing.Create(_folder.Path);
        var (number, wrapped) = ring.Wrap("subject_key/1", [1]);
        _folder.Write("kek-1.key", RandomNumberGenerator.GetBytes(32));
        Assert.Throws<InvalidDataException>(ring.Refresh);
        Assert.Equal([1], ring.Unwrap(number, "subject_key/1", wrapped));
    }

    [Fact]
    public void AddEncryptionKey_NumberTaken_IsRefusedAndTheFileStays()
    {
        var ring = KeyRing.Create(_folder.Path);
        var path = ring.AddEncryptionKey(2);
        var bytes = File.ReadAllBytes(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Throws<IOException>(() => ring.AddEncryptionKey(2));
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.Equal([1, 2], ring.Numbers);
    }

    [Fact]
    public void Unwrap_OtherPlaceOrNumber_IsRefused()
    {
        var ring = KeyRing.Create(_folder.Path);
        var (number, wrapped) = ring.Wrap("subject_key/1", [1, 2, 3]);

        Assert.ThrowsAny<CryptographicException>(() => ring.Unwrap(number, "subject_key/2", wrapped));
        Assert.ThrowsAny<CryptographicException>(() => ring.Unwrap(number + 1, "subject_key/1", wrapped));
    }

    // Computed with Python's hmac module: HKDF-Expand with one block, then HMAC.
    [Fact]
    public void Digest_KnownKey_IsTheKnownValue()
    {
        var ring = Ring();

        Assert.Equal("4B68B1DEDB9E9D239FF3F881994C6CD8E52D52EAF689A57F2F002B3FEEE9BA3D", Convert.ToHexString(ring.Digest("content/population_person", """{"a":1}"""u8)));
        Assert.Equal("DA5426FF2CFC24304707B6C359158B08E9DE9EA7B97E3896C431F52BD3FDD11C", Convert.ToHexString(ring.CheckValues()["index"]));
    }

    // Computed with Python: base64.b32encode(hmac.new(bytes(range(32)), b"subject\0resident_id\0…", sha256).digest()[:16]).
    [Fact]
    public void Pseudonyms_KnownKey_AreTheKnownValues()
    {
        var pseudonyms = Ring().Pseudonyms;

        Assert.Equal("tngqc5fjmqql5azfq4zckn2mye", pseudonyms.OfSubject("resident_id", "110101199003070134"));
        Assert.Equal("yfsxvneivr2omjoqxbdmq4osie", pseudonyms.OfKey("real_property_right", "330106001001GB00001F00010001"));
        Assert.Equal("feenbkidybjpqquirehv7vk7ry", pseudonyms.OfField("household_number", "H-张-1"));
        Assert.Equal(Pseudonyms.Length, pseudonyms.OfSubject("resident_id", "").Length);
    }

    private KeyRing Ring()
    {
        _folder.Write("index.key", [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        _folder.Write("kek-1.key", [.. Enumerable.Range(32, 32).Select(i => (byte)i)]);
        _folder.Write("digest.key", [.. Enumerable.Range(64, 32).Select(i => (byte)i)]);
        return KeyRing.Read(_folder.Path);
    }
}

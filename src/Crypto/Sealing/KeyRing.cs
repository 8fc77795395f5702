using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DataHub.Crypto.Sealing;

/// <summary>
/// The keys that live outside the database, in files of one folder: numbered key-encryption keys (<c>kek-1.key</c> …), the index key
/// (<c>index.key</c>, never rotated: it is in stream keys) and the digest key (<c>digest.key</c>). Every node has the same files.
/// </summary>
public sealed class KeyRing
{
    private const int KeyBytes = 32;
    private const string IndexFile = "index.key";
    private const string DigestFile = "digest.key";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _digestKey;
    private readonly byte[] _indexKey;
    private volatile IReadOnlyDictionary<int, byte[]> _encryptionKeys;

    private KeyRing(string folder, IReadOnlyDictionary<int, byte[]> encryptionKeys, byte[] indexKey, byte[] digestKey)
    {
        Folder = folder;
        _encryptionKeys = encryptionKeys;
        _indexKey = indexKey;
        _digestKey = digestKey;
        Pseudonyms = new Pseudonyms(indexKey);
    }

    /// <summary>The folder the keys came from.</summary>
    public string Folder { get; }

    /// <summary>Numbers of the key-encryption keys at hand, ascending.</summary>
    public IReadOnlyList<int> Numbers => [.. _encryptionKeys.Keys.Order()];

    /// <summary>Pseudonyms under this ring's index key.</summary>
    public Pseudonyms Pseudonyms { get; }

    /// <summary>Reads the key files of a folder.</summary>
    /// <param name="folder">Folder with the key files.</param>
    /// <exception cref="InvalidDataException">The folder or a file is missing, a file does not hold 32 bytes, or its name is not as written above.</exception>
    public static KeyRing Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidDataException($"The key folder {folder} is missing.");
        }

        return new KeyRing(folder, ReadEncryptionKeys(folder), ReadKey(Path.Combine(folder, IndexFile)), ReadKey(Path.Combine(folder, DigestFile)));
    }

    /// <summary>Writes the key files of a new hub, readable by their owner only; the folder must not hold any yet.</summary>
    /// <param name="folder">Folder to write to; made if missing.</param>
    /// <exception cref="IOException">A key file exists already; nothing was written.</exception>
    public static KeyRing Create(string folder)
    {
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);

        // One new key beside old ones would be a ring that opens nothing.
        if (Directory.EnumerateFiles(folder, "*.key").FirstOrDefault() is { } present)
        {
            throw new IOException($"{present} exists already.");
        }

        foreach (var name in (string[])["kek-1.key", IndexFile, DigestFile])
        {
            WriteKey(Path.Combine(folder, name));
        }

        return Read(folder);
    }

    /// <summary>Makes a further key-encryption key, readable by its owner only. It is used from when it is activated, which needs it on every node.</summary>
    /// <param name="number">Its number; never one used before.</param>
    /// <returns>The file, to be copied to the other nodes and into the key backup.</returns>
    /// <exception cref="IOException">There is a file of that number.</exception>
    public string AddEncryptionKey(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        var path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"kek-{number}.key"));
        WriteKey(path);
        Refresh();
        return path;
    }

    /// <summary>Reads the key-encryption keys again, so that one copied here is used without a restart.</summary>
    /// <exception cref="InvalidDataException">A file is damaged, or a number now holds another key; the ring is as before.</exception>
    public void Refresh()
    {
        var read = ReadEncryptionKeys(Folder);
        foreach (var (number, key) in _encryptionKeys)
        {
            if (read.TryGetValue(number, out var now) && !CryptographicOperations.FixedTimeEquals(now, key))
            {
                throw new InvalidDataException($"kek-{number}.key in {Folder} was replaced by another key.");
            }
        }

        _encryptionKeys = read;
    }

    /// <summary>Whether the ring has a key-encryption key, looking for its file where it has not.</summary>
    /// <param name="number">Number of the key.</param>
    /// <exception cref="InvalidDataException">As <see cref="Refresh"/>.</exception>
    public bool Has(int number)
    {
        if (!_encryptionKeys.ContainsKey(number))
        {
            Refresh();
        }

        return _encryptionKeys.ContainsKey(number);
    }

    /// <summary>Wraps key bytes under the newest key-encryption key.</summary>
    /// <param name="place">Where the wrapped key will stand, for example <c>subject_key/17</c>.</param>
    /// <param name="key">Key bytes to wrap.</param>
    /// <returns>Number of the key-encryption key and the wrapped bytes.</returns>
    public (int Number, byte[] Wrapped) Wrap(string place, ReadOnlySpan<byte> key)
    {
        var number = _encryptionKeys.Keys.Max();
        return (number, Wrap(number, place, key));
    }

    /// <summary>
    /// Wraps key bytes under the key-encryption key of a number: the active one while a new one is being distributed, so that no node
    /// meets a key wrapped under what it does not have yet.
    /// </summary>
    /// <param name="number">Number of the key-encryption key.</param>
    /// <param name="place">Where the wrapped key will stand.</param>
    /// <param name="key">Key bytes to wrap.</param>
    /// <exception cref="CryptographicException">The ring has no such key.</exception>
    public byte[] Wrap(int number, string place, ReadOnlySpan<byte> key) => Seal.Close(EncryptionKey(number), place, key);

    /// <summary>Unwraps what <see cref="Wrap(string, ReadOnlySpan{byte})"/> or its sibling wrapped.</summary>
    /// <param name="number">Number of the key-encryption key.</param>
    /// <param name="place">Where the wrapped key stands.</param>
    /// <param name="wrapped">The wrapped bytes.</param>
    /// <exception cref="CryptographicException">The ring has no such key, or the bytes were changed.</exception>
    public byte[] Unwrap(int number, string place, ReadOnlySpan<byte> wrapped) => Seal.Open(EncryptionKey(number), place, wrapped);

    /// <summary>
    /// A digest nobody can test guesses against: HMAC-SHA256 under a key derived from the digest key for one purpose
    /// (HKDF, RFC 5869). Used wherever a digest of personal plaintext must be kept.
    /// </summary>
    /// <param name="purpose">What the digest is for, for example <c>content/population_person</c>.</param>
    /// <param name="data">The bytes to digest.</param>
    public byte[] Digest(string purpose, ReadOnlySpan<byte> data) => HMACSHA256.HashData(DigestKey(purpose), data);

    /// <summary>The key behind <see cref="Digest"/>; enrolled sources of a resource get that of their resource for reconciliation.</summary>
    /// <param name="purpose">What the digest is for.</param>
    public byte[] DigestKey(string purpose) =>
        HKDF.Expand(HashAlgorithmName.SHA256, _digestKey, KeyBytes, Encoding.UTF8.GetBytes(purpose));

    /// <summary>
    /// Check values that the database may hold (HMAC of a constant): a node whose key files differ finds out before it writes anything.
    /// </summary>
    public IReadOnlyDictionary<string, byte[]> CheckValues()
    {
        var keys = _encryptionKeys.ToDictionary(pair => $"kek-{pair.Key}", pair => pair.Value);
        keys["index"] = _indexKey;
        keys["digest"] = _digestKey;
        return keys.ToDictionary(pair => pair.Key, pair => HMACSHA256.HashData(pair.Value, Encoding.UTF8.GetBytes($"datahub check {pair.Key}")));
    }

    private byte[] EncryptionKey(int number) =>
        _encryptionKeys.TryGetValue(number, out var key)
            ? key
            : throw new CryptographicException($"Key-encryption key {number} is not in this ring.");

    private static Dictionary<int, byte[]> ReadEncryptionKeys(string folder)
    {
        var keys = Directory.GetFiles(folder, "kek-*.key").ToDictionary(NumberOf, ReadKey);
        return keys.Count == 0 ? throw new InvalidDataException($"No key-encryption key (kek-N.key) in {folder}.") : keys;
    }

    // Whole or not at all: a running node may look at any moment.
    private static void WriteKey(string path)
    {
        var part = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var file = new FileStream(part, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: false);
    }

    /// <summary>One spelling a number: kek-1 and kek-01 side by side would leave open which is meant.</summary>
    private static int NumberOf(string path) =>
        Path.GetFileNameWithoutExtension(path)["kek-".Length..] is [not '0', ..] digits
        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"{Path.GetFileName(path)} is not named kek-N.key.");

    private static byte[] ReadKey(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is missing.");
        }

        var key = File.ReadAllBytes(path);
        return key.Length == KeyBytes ? key : throw new InvalidDataException($"{path} must hold {KeyBytes} bytes.");
    }
}

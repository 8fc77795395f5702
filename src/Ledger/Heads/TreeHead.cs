using System.Globalization;
using System.Text;
using DataHub.Crypto.Sm2;
using DataHub.Kernel;
using DataHub.Kernel.Faults;

namespace DataHub.Ledger.Heads;

/// <summary>
/// The state of a hub's ledger at an instant: how many leaves under which root. Heads are chained: each names the hash of the one before. As text, which is what is signed, it has five lines, each ended by a
/// line feed: <c>datahub/{hub}/ledger</c>, size, root (base64), time (UTC, six decimals), hash of the head before (base64).
/// </summary>
/// <param name="Hub">Whose ledger.</param>
/// <param name="Size">Number of leaves, 0 or more.</param>
/// <param name="Root">Root of the tree, 32 bytes.</param>
/// <param name="At">When it was made, whole microseconds, UTC.</param>
/// <param name="Previous">Hash of the head before, 32 bytes; <see cref="NoHead"/> in the first.</param>
public sealed record TreeHead(HubName Hub, long Size, ReadOnlyMemory<byte> Root, DateTimeOffset At, ReadOnlyMemory<byte> Previous)
{
    /// <summary>Longest text of a head.</summary>
    public const int MaxBytes = 256;

    private const string Before = "datahub/";
    private const string After = "/ledger";
    private const string TimeForm = "yyyy-MM-ddTHH:mm:ss.ffffffZ";
    private const int Lines = 5;

    /// <summary>What the first head names as its predecessor: 32 zeros.</summary>
    public static ReadOnlyMemory<byte> NoHead { get; } = new byte[Sm3.HashBytes];

    /// <summary>The head as text, ASCII.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{Before}{Hub}{After}\n{Size}\n{Convert.ToBase64String(Root.Span)}\n{At.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(Previous.Span)}\n"));

    /// <summary>What the next head names: SM3 of the text.</summary>
    /// <param name="text">Text of a head.</param>
    public static byte[] Hash(ReadOnlySpan<byte> text) => Sm3.Hash(text);

    /// <summary>Reads the text of a head. Only the very bytes that <see cref="ToBytes"/> writes are accepted.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidDataException">Anything else.</exception>
    public static TreeHead Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxBytes)
        {
            throw new InvalidDataException($"A tree head has {MaxBytes} bytes at most.");
        }

        try
        {
            var head = Read(Encoding.ASCII.GetString(text).Split('\n'));
            return head.ToBytes().AsSpan().SequenceEqual(text) ? head : throw Malformed(null);
        }
        catch (Exception e) when (e is FormatException or OverflowException or FaultException)
        {
            throw Malformed(e);
        }
    }

    private static TreeHead Read(string[] lines)
    {
        if (lines.Length != Lines + 1 || !lines[0].StartsWith(Before, StringComparison.Ordinal) || !lines[0].EndsWith(After, StringComparison.Ordinal) || lines[0].Length < Before.Length + After.Length)
        {
            throw Malformed(null);
        }

        return new TreeHead(
            new HubName(lines[0][Before.Length..^After.Length]),
            long.Parse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture),
            HashOf(lines[2]),
            DateTimeOffset.ParseExact(lines[3], TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            HashOf(lines[4]));
    }

    private static byte[] HashOf(string base64) =>
        Convert.FromBase64String(base64) is { Length: Sm3.HashBytes } hash ? hash : throw Malformed(null);

    private static InvalidDataException Malformed(Exception? inner) =>
        new("A tree head is five lines: datahub/{hub}/ledger, size, root, time and the hash of the head before.", inner);
}

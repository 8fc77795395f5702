using System.Security.Cryptography;

namespace DataHub.Ledger.Heads;

/// <summary>
/// Heads that somebody outside the hub kept, in a text file: one PEM block (RFC 7468) labelled <c>DATAHUB LEDGER HEAD</c> for each, of <see cref="SignedHead.ToBytes"/>. Files of several witnesses may be put
/// one behind the other.
/// </summary>
public static class HeadFile
{
    private const string Label = "DATAHUB LEDGER HEAD";

    /// <summary>A head as it stands in the file, with the line feed behind it.</summary>
    /// <param name="head">The head.</param>
    public static string Write(SignedHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return PemEncoding.WriteString(Label, head.ToBytes()) + "\n";
    }

    /// <summary>Reads the heads of a file; text around the blocks and blocks of other labels are passed over.</summary>
    /// <param name="text">Content of the file.</param>
    /// <exception cref="InvalidDataException">A block is no signed head, or there is none at all.</exception>
    public static IReadOnlyList<SignedHead> Read(ReadOnlySpan<char> text)
    {
        var heads = new List<SignedHead>();
        while (PemEncoding.TryFind(text, out var found))
        {
            if (text[found.Label] is Label)
            {
                heads.Add(SignedHead.Read(Convert.FromBase64String(text[found.Base64Data].ToString())));
            }

            text = text[found.Location.End..];
        }

        return heads.Count > 0 ? heads : throw new InvalidDataException($"There is no block '{Label}'.");
    }
}

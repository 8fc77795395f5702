using System.Text;
using DataHub.Ledger.Entries;

namespace DataHub.Ledger.Writing;

/// <summary>What an entry must be so that it can be stored as it is hashed; one that cannot would take all others of its flush with it.</summary>
internal static class EntryCheck
{
    private const int MaxLength = 500;
    private const int CommitmentBytes = 32;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">A text is too long, has a NUL or half a character; or the commitment is not 32 bytes.</exception>
    public static void Require(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Require(entry.Account, nameof(entry.Account));
        Require(entry.Organisation, nameof(entry.Organisation));
        Require(entry.Method, nameof(entry.Method));
        Require(entry.Outcome, nameof(entry.Outcome));
        Require(entry.Subject, nameof(entry.Subject));
        Require(entry.ServiceItem, nameof(entry.ServiceItem));
        Require(entry.CaseNo, nameof(entry.CaseNo));
        Require(entry.LegalBasis, nameof(entry.LegalBasis));
        Require(entry.RequestId, nameof(entry.RequestId));
        Require(entry.Target, nameof(entry.Target));
        if (entry.Commitment is { Length: not CommitmentBytes })
        {
            throw new ArgumentException($"A commitment has {CommitmentBytes} bytes.", nameof(entry));
        }
    }

    /// <exception cref="ArgumentException">A text is empty, too long, has a NUL or half a character; or there is no digest.</exception>
    public static void Require(ReplyKey key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key.RequestId);
        Require(key.Account, nameof(key.Account));
        Require(key.RequestId, nameof(key.RequestId));
        ArgumentOutOfRangeException.ThrowIfZero(key.Digest.Length);
    }

    private static void Require(string? text, string name)
    {
        if (text is null)
        {
            return;
        }

        if (text.Length > MaxLength || text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"Texts of an entry have at most {MaxLength} characters and no NUL.", name);
        }

        _ = Strict.GetByteCount(text); // Throws at half a surrogate pair.
    }
}

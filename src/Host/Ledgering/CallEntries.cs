using DataHub.Contracts;
using DataHub.Ledger.Entries;
using Grpc.Core;

namespace DataHub.Host.Ledgering;

/// <summary>Calls as entries of the ledger.</summary>
internal static class CallEntries
{
    private const int MaxLength = 500;

    // What a call that went well was. What is not named here is administration, so that nothing of weight passes for reading.
    private static readonly (string Prefix, EntryKind Kind)[] Kinds =
    [
        ("VerificationService/", EntryKind.Answered),
        ("ExchangeService/", EntryKind.Pushed),
        ("LicenceService/Verify", EntryKind.Read),
        ("LicenceService/Find", EntryKind.Delivered),
        ("LicenceService/Get", EntryKind.Delivered),
        ("LicenceService/", EntryKind.Licensed),
        ("CatalogService/Search", EntryKind.Read),
        ("StewardshipService/Get", EntryKind.Read),
        ("AuditService/", EntryKind.Read),
        ("AccessService/Get", EntryKind.Read),
        ("AccessService/List", EntryKind.Read),
        ("AccessService/Find", EntryKind.Read),
        ("EnrolmentService/GetRoots", EntryKind.Read),
        ("EnrolmentService/List", EntryKind.Read),
    ];

    /// <summary>The entry of a call, with what its notes say.</summary>
    public static LedgerEntry Of(ServerCallContext context, CallOutcome outcome)
    {
        var (caller, notes, method) = (context.FindCaller(), context.Notes(), MethodOf(context.Method));
        return new LedgerEntry
        {
            Kind = outcome.Kind ?? KindOf(method),
            Account = Clean(caller?.SystemId) ?? "",
            Organisation = Clean(caller?.Organisation) ?? "",
            Method = Clean(method)!,
            Outcome = Clean(outcome.Code)!,
            Subject = Clean(notes.Subject),
            ServiceItem = Clean(notes.ServiceItem),
            CaseNo = Clean(notes.CaseNo),
            LegalBasis = Clean(notes.LegalBasis),
            RequestId = Clean(notes.RequestId),
            Target = Clean(notes.Target ?? (caller is null ? context.Peer : null)),
        };
    }

    /// <summary><c>/datahub.v1.VerificationService/Verify</c> → <c>VerificationService/Verify</c>.</summary>
    public static string MethodOf(string path)
    {
        var service = path.LastIndexOf('/') is var slash and > 0 ? path.LastIndexOf('.', slash) : -1;
        return path[(service + 1)..].TrimStart('/');
    }

    private static EntryKind KindOf(string method)
    {
        foreach (var (prefix, kind) in Kinds)
        {
            if (method.StartsWith(prefix, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return EntryKind.Administered;
    }

    /// <summary>Notes may be what a caller sent before anybody checked it: what cannot be stored is replaced, what is too long cut.</summary>
    internal static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var cut = text.Length > MaxLength ? text[..MaxLength] : text;
        return string.Concat(cut.EnumerateRunes().Select(rune => rune.Value == 0 ? "\uFFFD" : rune.ToString())); // Half a character comes as U+FFFD.
    }
}

using Grpc.Core;

namespace DataHub.Contracts;

/// <summary>
/// What a call turns out to be about, noted while it runs, so that the ledger can say it of a call that is refused or fails as well. A service that records its own entry says so with
/// <see cref="IsRecorded"/>; every other call is recorded when it ends.
/// </summary>
public sealed class CallNotes
{
    /// <summary>Pseudonym of the person or organisation asked about.</summary>
    public string? Subject { get; set; }

    /// <summary>Service item the call is for.</summary>
    public string? ServiceItem { get; set; }

    /// <summary>Case number of the approval system.</summary>
    public string? CaseNo { get; set; }

    /// <summary>Article relied on.</summary>
    public string? LegalBasis { get; set; }

    /// <summary>The caller's own id of the request.</summary>
    public string? RequestId { get; set; }

    /// <summary>What is touched: resources, a licence, a batch, an account.</summary>
    public string? Target { get; set; }

    /// <summary>The service has recorded its outcome itself.</summary>
    public bool IsRecorded { get; set; }
}

/// <summary>The notes of a call, as services see them.</summary>
public static class CallNotesContext
{
    private static readonly object Key = new();

    /// <summary>The notes of this call, begun at first use.</summary>
    /// <param name="context">The call.</param>
    public static CallNotes Notes(this ServerCallContext context)
    {
        if (context.UserState.TryGetValue(Key, out var notes))
        {
            return (CallNotes)notes;
        }

        var begun = new CallNotes();
        context.UserState[Key] = begun;
        return begun;
    }
}

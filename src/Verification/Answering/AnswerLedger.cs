using System.Security.Cryptography;
using DataHub.Crypto.Sealing;
using DataHub.Kernel.Access;
using DataHub.Ledger.Entries;
using DataHub.Ledger.Receipts;
using DataHub.Ledger.Writing;
using DataHub.V1;
using DataHub.Verification.Asking;
using Google.Protobuf;
using Receipt = DataHub.Ledger.Receipts.Receipt;

namespace DataHub.Verification.Answering;

/// <summary>Answers in the ledger: who asked what about whom (a pseudonym) for which case. Neither what was claimed nor what was found; both are under the commitment.</summary>
internal sealed class AnswerLedger(LedgerWriter ledger, KeyRing keys)
{
    private const string Method = "VerificationService/Verify";

    /// <summary>What a request is known by when it comes again.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="question">What.</param>
    /// <param name="request">As sent.</param>
    public ReplyKey KeyOf(Caller caller, Question question, VerifyRequest request) =>
        new(caller.SystemId, question.RequestId, keys.Digest("verify", request.ToByteArray()));

    /// <summary>The answer given to the same request before; null when there was none.</summary>
    /// <param name="key">What the request is known by.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Kernel.Faults.FaultException">The request id was used with other content, or too long ago: <c>REQUEST_ID_REUSED</c>.</exception>
    public async Task<VerifyReply?> FindAsync(ReplyKey key, CancellationToken cancellationToken) =>
        await ledger.FindReplyAsync(key, cancellationToken) is { } reply ? VerifyReply.Parser.ParseFrom(reply) : null;

    /// <summary>Records an answer durably and puts its receipt into it.</summary>
    /// <param name="caller">Who asked.</param>
    /// <param name="question">What.</param>
    /// <param name="request">As sent.</param>
    /// <param name="reply">The answer, without a receipt.</param>
    /// <param name="key">What the request is known by.</param>
    /// <param name="cancellationToken">Takes it back while it waits.</param>
    /// <returns>The answer to send: this one, or the one a simultaneous twin of the request recorded first.</returns>
    public async Task<VerifyReply> RecordAsync(Caller caller, Question question, VerifyRequest request, VerifyReply reply, ReplyKey key, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(Commitment.SaltBytes);
        var entry = EntryOf(caller, question, Commitment.Of(salt, request.ToByteArray(), reply.ToByteArray()));
        return VerifyReply.Parser.ParseFrom(await ledger.RecordReplyAsync(entry, key, ticket => WithReceipt(reply, entry, salt, ticket), cancellationToken));
    }

    private static LedgerEntry EntryOf(Caller caller, Question question, byte[] commitment) => new()
    {
        Kind = EntryKind.Answered,
        Account = caller.SystemId,
        Organisation = caller.Organisation,
        Method = Method,
        Outcome = "OK",
        Subject = question.Subject.Pseudonym,
        ServiceItem = question.Purpose.ServiceItem,
        CaseNo = question.Purpose.CaseNo,
        LegalBasis = question.Purpose.LegalBasis,
        RequestId = question.RequestId,
        Target = question.Target,
        Commitment = commitment,
    };

    private static byte[] WithReceipt(VerifyReply reply, LedgerEntry entry, byte[] salt, LedgerTicket ticket)
    {
        var receipt = new Receipt(EntryBytes.Of(entry), salt, ticket.Leaf.ToBytes(), ticket.Ordinal, ticket.Path, ticket.Signature, ticket.Certificates);
        return new VerifyReply(reply) { Receipt = UnsafeByteOperations.UnsafeWrap(receipt.ToBytes()) }.ToByteArray();
    }
}

namespace DataHub.Verification.Storage;

/// <summary>All SQL of verification.</summary>
internal static class VerificationSql
{
    /// <summary>$1 consumer, $2 request id → digest of the request, reply, when.</summary>
    internal const string FindAnswer = """
        select request_digest, reply, answered_at
        from   datahub.verification_answer
        where  consumer = $1 and request_id = $2
        """;

    /// <summary>$1 consumer, $2 organisation, $3 request id, $4 digest, $5 subject, $6 service item, $7 case, $8 basis, $9 what was asked, $10 reply, $11 when.</summary>
    internal const string RecordAnswer = """
        insert into datahub.verification_answer
            (consumer, organisation, request_id, request_digest, subject_id, service_item, case_no, legal_basis, asked, reply, answered_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict on constraint pk_verification_answer do nothing
        """;
}

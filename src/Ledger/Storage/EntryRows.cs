using DataHub.Ledger.Entries;
using DataHub.Ledger.Search;
using Npgsql;

namespace DataHub.Ledger.Storage;

/// <summary>Entries as rows.</summary>
internal static class EntryRows
{
    public const string Columns = "at, leaf_id, ordinal, kind, account, organisation, method, outcome, subject, service_item, case_no, legal_basis, request_id, target, commitment";

    public static RecordedEntry Map(NpgsqlDataReader row) => new(
        new EntryPlace(row.GetFieldValue<DateTimeOffset>(0), row.GetInt64(1), row.GetInt32(2)),
        new LedgerEntry
        {
            Kind = (EntryKind)row.GetInt16(3),
            Account = row.GetString(4),
            Organisation = row.GetString(5),
            Method = row.GetString(6),
            Outcome = row.GetString(7),
            Subject = Text(row, 8),
            ServiceItem = Text(row, 9),
            CaseNo = Text(row, 10),
            LegalBasis = Text(row, 11),
            RequestId = Text(row, 12),
            Target = Text(row, 13),
            Commitment = row.IsDBNull(14) ? null : row.GetFieldValue<byte[]>(14),
        });

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

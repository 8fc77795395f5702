using DataHub.Bench.Measuring;
using DataHub.Ledger.Entries;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Bench.Ledger;

/// <summary>Many callers that each record an act and wait until it is durable: through the ledger, and with an insert and a commit each.</summary>
internal sealed class EntryRuns(LedgerDatabase database, int entries)
{
    private const int Callers = 64;
    private const int Connections = 32;

    private const string Insert = """
        insert into bench_entry (at, leaf_id, ordinal, kind, account, organisation, method, outcome, subject, service_item, case_no, legal_basis, request_id, target, commitment)
        values (now(), $1, 0, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    private long _number;

    public static LedgerEntry Entry(long number) => new()
    {
        Kind = EntryKind.Answered,
        Account = "approval-1",
        Organisation = "11330382MB9902916X",
        Method = "VerificationService/Verify",
        Outcome = "OK",
        Subject = $"p{number * 7919 % 100_003:d25}",
        ServiceItem = "11330382MB9902916X4330115001001",
        CaseNo = $"ZJ-2026-{number:d8}",
        LegalBasis = "中华人民共和国居民身份证法第十三条",
        RequestId = $"r-{number:d10}",
        Target = "population_person",
        Commitment = new byte[32],
    };

    /// <summary>Through the ledger.</summary>
    public Task<Sample> LedgeredAsync() => RunAsync(Callers, entry => database.Ledger.RecordAsync(entry, CancellationToken.None));

    /// <summary>An insert and a commit each.</summary>
    public Task<Sample> OneCommitEachAsync() => RunAsync(Connections, InsertAsync);

    private async Task<Sample> RunAsync(int callers, Func<LedgerEntry, Task> record)
    {
        await database.SettleAsync();
        var left = entries;
        return await Sample.TakeAsync(entries, () => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await record(Entry(Interlocked.Increment(ref _number)));
            }
        }))));
    }

    private async Task InsertAsync(LedgerEntry entry)
    {
        await using var command = database.Hub.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Interlocked.Increment(ref _number) });
        foreach (var text in (string[])[entry.Account, entry.Organisation, entry.Method, entry.Outcome, entry.Subject!, entry.ServiceItem!, entry.CaseNo!, entry.LegalBasis!, entry.RequestId!, entry.Target!])
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        }

        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = entry.Commitment!, NpgsqlDbType = NpgsqlDbType.Bytea });
        await command.ExecuteNonQueryAsync();
    }
}

using System.Security.Cryptography;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Sealing;

/// <summary>
/// Changes the key-encryption key while the hub serves: add → distribute → activate → rewrap → retire. Only rows of wrapped keys are touched, never an event. Each step may be repeated and may
/// be run from any node.
/// </summary>
/// <param name="ring">Key files of this node.</param>
/// <param name="sources">Connections.</param>
/// <param name="time">Clock.</param>
public sealed class KeyRotation(KeyRing ring, PostgresDataSources sources, TimeProvider time)
{
    private const int BatchRows = 1_000;

    /// <summary>The key-encryption keys the database knows, and the nodes alive with what they have of the newest.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException"><c>DATABASE_AWAY</c>.</exception>
    public Task<KeyStatus> StatusAsync(CancellationToken cancellationToken) => OnAsync(async table =>
    {
        var rows = await table.ReadAsync(
            SealingSql.Generations,
            row => (Number: row.GetInt32(0), Activation: row.IsDBNull(1) ? 0 : row.GetInt32(1), IsRetired: row.GetBoolean(2), Subjects: row.GetInt64(3), Records: row.GetInt64(4)),
            cancellationToken);
        var active = rows.Where(row => row.Activation > 0 && !row.IsRetired).OrderBy(row => row.Activation).LastOrDefault().Number;
        var newest = rows.Count == 0 ? 0 : rows[^1].Number;
        return new KeyStatus(
            [.. rows.Select(row => new KeyGeneration(row.Number, row.Number == active, row.IsRetired, row.Subjects, row.Records))],
            newest,
            await NodesAsync(table, newest, cancellationToken));
    });

    /// <summary>Makes a further key-encryption key in this node's key folder and tells the database its check value. Nothing uses it before <see cref="ActivateAsync"/>.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Its number and file, to be copied to the key folders of all other nodes and into the key backup.</returns>
    public Task<(int Number, string File)> AddAsync(CancellationToken cancellationToken) => OnAsync(async table =>
    {
        await table.CloseGateAsync(cancellationToken);
        var known = await table.CheckAsync(ring.CheckValues(), cancellationToken);
        var number = known.Select(check => NumberOf(check.Name)).Concat(ring.Numbers).Max() + 1;
        var file = ring.AddEncryptionKey(number);
        await table.CheckAsync(ring.CheckValues(), cancellationToken);
        return (number, file);
    });

    /// <summary>From now on new keys are wrapped under this key-encryption key, on every node at once. Waits for transactions that are sealing.</summary>
    /// <param name="number">Number of the key.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">
    /// A live node lacks it or has another: <c>KEY_NOT_EVERYWHERE</c>; <c>KEY_UNKNOWN</c>; <c>KEY_RETIRED</c>; not on this node: <c>KEY_FILE_MISSING</c>.
    /// </exception>
    public Task ActivateAsync(int number, CancellationToken cancellationToken) => OnAsync(async table =>
    {
        var active = await table.CloseGateAsync(cancellationToken);
        await RequireHereAsync(table, number, cancellationToken);
        var lacking = (await NodesAsync(table, number, cancellationToken)).Where(node => !node.HasNewest).Select(node => node.Node).ToList();
        if (lacking.Count > 0)
        {
            throw SealingFaults.NotEverywhere(number, lacking);
        }

        return number == active || await table.ScalarAsync(SealingSql.Activate, cancellationToken, Text(Name(number))) is null;
    });

    /// <summary>Wraps under the active key-encryption key what others still wrap, batch by batch, while the hub seals and opens. Cut short, it goes on where it is repeated.</summary>
    /// <param name="progress">Told the number of keys rewrapped so far, after each batch.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>How many keys were rewrapped.</returns>
    /// <exception cref="FaultException">This node lacks one of the keys: <c>KEY_FILE_MISSING</c>.</exception>
    public async Task<long> RewrapAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var subjects = new Rewrapping(SealingSql.SubjectsToRewrap, SealingSql.RewrapSubjects, SubjectKeys.SubjectPlace);
        var records = new Rewrapping(SealingSql.RecordsToRewrap, SealingSql.RewrapRecords, number => SubjectKeys.RecordPlace(number, ""));
        var done = 0L;
        foreach (var kind in (Rewrapping[])[subjects, records])
        {
            long? after = 0;
            while (after is { } position)
            {
                (after, var rows) = await OnAsync(table => RewrapBatchAsync(table, kind, position, cancellationToken));
                done += rows;
                progress?.Report(done);
            }
        }

        return done;
    }

    /// <summary>Ends the use of a key-encryption key: no node needs its file any more. Its file is then to be destroyed once no backup made before has to be read again.</summary>
    /// <param name="number">Number of the key.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">It is the active one, or still wraps keys: <c>KEY_IN_USE</c>; <c>KEY_UNKNOWN</c>.</exception>
    public Task RetireAsync(int number, CancellationToken cancellationToken) => OnAsync(async table =>
    {
        // Whoever began to seal under it has ended once the gate is closed; whoever comes later takes the active one.
        if (await table.CloseGateAsync(cancellationToken) == number)
        {
            throw SealingFaults.StillActive(number);
        }

        if ((await table.CheckAsync(ring.CheckValues(), cancellationToken)).All(check => check.Name != Name(number)))
        {
            throw SealingFaults.Unknown(number);
        }

        var wrapped = (long)(await table.ScalarAsync(SealingSql.CountWrapped, cancellationToken, new NpgsqlParameter<int> { TypedValue = number }))!;
        return wrapped == 0
            ? await table.ScalarAsync(SealingSql.Retire, cancellationToken, Text(Name(number)), new NpgsqlParameter<DateTime> { TypedValue = time.GetUtcNow().UtcDateTime })
            : throw SealingFaults.StillUsed(number, wrapped);
    });

    private static string Name(int number) => $"kek-{number}";

    private static int NumberOf(string name) =>
        name.StartsWith("kek-", StringComparison.Ordinal) ? int.Parse(name.AsSpan("kek-".Length), System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static Task<IReadOnlyList<KeyNode>> NodesAsync(KeyTable table, int number, CancellationToken cancellationToken) =>
        table.ReadAsync(SealingSql.Nodes, row => new KeyNode(row.GetString(0), !row.IsDBNull(1) && row.GetBoolean(1)), cancellationToken, Text(Name(number)));

    private async Task RequireHereAsync(KeyTable table, int number, CancellationToken cancellationToken)
    {
        var here = ring.Has(number);
        var check = (await table.CheckAsync(ring.CheckValues(), cancellationToken)).SingleOrDefault(check => check.Name == Name(number)) ?? throw SealingFaults.Unknown(number);
        if (check.IsRetired)
        {
            throw SealingFaults.Retired(number);
        }

        if (!here)
        {
            throw SealingFaults.FileMissing(number);
        }

        if (!CryptographicOperations.FixedTimeEquals(ring.CheckValues()[check.Name], check.Value))
        {
            throw SealingFaults.FilesDiffer(check.Name, missing: false);
        }
    }

    // The gate keeps the active number what it is until the batch is committed; sealers share it.
    private async Task<(long? After, int Rows)> RewrapBatchAsync(KeyTable table, Rewrapping kind, long after, CancellationToken cancellationToken)
    {
        var active = await table.EnterGateAsync(cancellationToken) ?? ring.Numbers[^1];
        var rows = await table.ReadAsync(
            kind.Read,
            row => (Number: row.GetInt64(0), Kek: row.GetInt32(1), Wrapped: row.GetFieldValue<byte[]>(2)),
            cancellationToken,
            new NpgsqlParameter<long> { TypedValue = after },
            new NpgsqlParameter<int> { TypedValue = active },
            new NpgsqlParameter<int> { TypedValue = BatchRows });
        if (rows.Count == 0)
        {
            return (null, 0);
        }

        foreach (var number in rows.Select(row => row.Kek).Append(active).Distinct().Where(number => !ring.Has(number)))
        {
            throw SealingFaults.FileMissing(number);
        }

        var rewrapped = rows.Select(row => ring.Wrap(active, kind.Place(row.Number), ring.Unwrap(row.Kek, kind.Place(row.Number), row.Wrapped)));
        await table.ScalarAsync(
            kind.Write,
            cancellationToken,
            new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Number)] },
            new NpgsqlParameter<byte[][]> { TypedValue = [.. rewrapped] },
            new NpgsqlParameter<int> { TypedValue = active });
        return (rows[^1].Number, rows.Count);
    }

    private Task<T> OnAsync<T>(Func<KeyTable, Task<T>> work) => PostgresFaults.GuardAsync(async () =>
    {
        await using var connection = await sources.Hub.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        var result = await work(new KeyTable(connection));
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    });

    private sealed record Rewrapping(string Read, string Write, Func<long, string> Place);
}

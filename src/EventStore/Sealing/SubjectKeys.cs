using System.Security.Cryptography;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Sealing;

/// <summary>
/// The keys personal data are sealed under: one per person, and record keys that several people can open. They stand wrapped in the database; what unwraps
/// them, the <see cref="KeyRing"/>, never does. Erasing a person's key erases what was sealed under it, wherever it lies. Opened keys are remembered for at most 60 s.
/// </summary>
/// <param name="ring">The key files.</param>
/// <param name="sources">Connections.</param>
/// <param name="time">Clock.</param>
public sealed class SubjectKeys(KeyRing ring, PostgresDataSources sources, TimeProvider time)
{
    private const int KeyBytes = 32;

    private readonly OpenedKeys _opened = new(time);

    /// <summary>The keys of subjects, made where they are missing. Sealing under them in the same transaction is safe against an erasure at the same time.</summary>
    /// <param name="transaction">The transaction that will store what is sealed.</param>
    /// <param name="subjectIds">Pseudonyms; repetitions do no harm.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Pseudonym → key, one for each.</returns>
    /// <exception cref="FaultException"><c>DATABASE_AWAY</c>, <c>DATABASE_FULL</c>, <c>TRANSACTION_CONFLICT</c>.</exception>
    public async Task<IReadOnlyDictionary<string, DataKey>> EnsureAsync(
        EventTransaction transaction, IReadOnlyCollection<string> subjectIds, CancellationToken cancellationToken) =>
        await PostgresFaults.GuardAsync(() => EnsureAsync(new KeyTable(transaction.Connection), subjectIds, cancellationToken));

    /// <summary>Makes record keys, each wrapped once for every holder and, if asked, under the key-encryption key.</summary>
    /// <param name="transaction">The transaction that will store what is sealed.</param>
    /// <param name="requests">Who is to be able to open each key.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The keys, in the order of the requests.</returns>
    /// <exception cref="ArgumentException">A request names nobody who could open the key.</exception>
    public async Task<IReadOnlyList<DataKey>> CreateRecordKeysAsync(
        EventTransaction transaction, IReadOnlyList<RecordKeyRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Any(request => request.Holders.Count == 0 && !request.UnderKeyEncryptionKey))
        {
            throw new ArgumentException("A record key needs at least one holder or the key-encryption key.", nameof(requests));
        }

        var subjects = await EnsureAsync(transaction, [.. requests.SelectMany(request => request.Holders)], cancellationToken);
        return await PostgresFaults.GuardAsync(async () =>
        {
            var table = new KeyTable(transaction.Connection);
            var numbers = await table.TakeNumbersAsync(requests.Count, cancellationToken);
            DataKey[] keys = [.. numbers.Select(number => new DataKey(number, RandomNumberGenerator.GetBytes(KeyBytes)))];
            await table.AddRecordKeysAsync([.. keys.Zip(requests).SelectMany(pair => Wraps(pair.First, pair.Second, subjects))], cancellationToken);
            return keys;
        });
    }

    /// <summary>Opens keys by number, from memory or in one query. A key that nobody can open any more, because its holders were erased, is not in the result.</summary>
    /// <param name="keyNumbers">Numbers as sealed values carry them; repetitions do no harm.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException"><c>DATABASE_AWAY</c>.</exception>
    public async Task<IReadOnlyDictionary<long, DataKey>> OpenAsync(IReadOnlyCollection<long> keyNumbers, CancellationToken cancellationToken)
    {
        var epoch = _opened.Epoch;
        var keys = _opened.Find(keyNumbers);
        long[] rest = [.. keyNumbers.Distinct().Where(number => !keys.ContainsKey(number))];
        if (rest.Length > 0)
        {
            foreach (var key in await PostgresFaults.GuardAsync(() => OpenFromDatabaseAsync(rest, cancellationToken)))
            {
                keys.Add(key.Number, key);
                _opened.Remember(key, epoch);
            }
        }

        return keys;
    }

    /// <summary>Opens keys as a connection sees them, inside its transaction if there is one; memory is not asked.</summary>
    /// <param name="connection">An open connection of the hub's role.</param>
    /// <param name="keyNumbers">Numbers as sealed values carry them.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyDictionary<long, DataKey>> OpenAsync(NpgsqlConnection connection, IReadOnlyCollection<long> keyNumbers, CancellationToken cancellationToken) =>
        (await OpenAsync(new KeyTable(connection), [.. keyNumbers.Distinct()], cancellationToken)).ToDictionary(key => key.Number);

    /// <summary>
    /// Destroys the keys of subjects, for ever once the transaction commits; after the commit call <see cref="Forget"/> on every node, this one included. Waits for transactions that are sealing.
    /// </summary>
    /// <param name="transaction">The transaction that also records the erasure.</param>
    /// <param name="subjectIds">All linked pseudonyms of the person.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many subject keys there were.</returns>
    public async Task<int> EraseAsync(EventTransaction transaction, IReadOnlyCollection<string> subjectIds, CancellationToken cancellationToken)
    {
        var erased = await PostgresFaults.GuardAsync(() => new KeyTable(transaction.Connection).EraseAsync([.. subjectIds], cancellationToken));
        Forget();
        return erased;
    }

    /// <summary>Empties the memory of opened keys, as after an erasure or when other nodes have not been heard.</summary>
    public void Forget() => _opened.Clear();

    /// <summary>Compares the key files with those this database was first used with; run before serving. Keys new to the database are noted.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">A key differs or is missing: <c>KEY_FILES_DIFFER</c>.</exception>
    public async Task CheckRingAsync(CancellationToken cancellationToken)
    {
        var mine = ring.CheckValues();
        await using var connection = await sources.Hub.OpenConnectionAsync(cancellationToken);
        foreach (var (name, value) in await new KeyTable(connection).CheckAsync(mine, cancellationToken))
        {
            if (!mine.TryGetValue(name, out var own) || !CryptographicOperations.FixedTimeEquals(own, value))
            {
                throw new FaultException(
                    FaultKind.WrongState,
                    "KEY_FILES_DIFFER",
                    $"Key file {name}.key {(own is null ? "is missing" : "is not the one")} this database was written with; copy the key files of the other nodes or of the backup.");
            }
        }
    }

    private static string[] Missing(string[] wanted, Dictionary<string, DataKey> keys) => Array.FindAll(wanted, id => !keys.ContainsKey(id));

    private static string SubjectPlace(long number) => $"subject_key/{number}";

    private static string RecordPlace(long number, string holder) => $"record_key/{number}/{holder}";

    private IEnumerable<RecordWrap> Wraps(DataKey key, RecordKeyRequest request, IReadOnlyDictionary<string, DataKey> subjects)
    {
        foreach (var holder in request.Holders.Distinct(StringComparer.Ordinal))
        {
            var holderKey = subjects[holder];
            var wrapped = Seal.Close(holderKey.Bytes.Span, RecordPlace(key.Number, holder), key.Bytes.Span);
            yield return new RecordWrap(key.Number, holder, holderKey.Number, null, wrapped);
        }

        if (request.UnderKeyEncryptionKey)
        {
            var (kek, wrapped) = ring.Wrap(RecordPlace(key.Number, ""), key.Bytes.Span);
            yield return new RecordWrap(key.Number, "", null, kek, wrapped);
        }
    }

    private async Task<Dictionary<string, DataKey>> EnsureAsync(KeyTable table, IReadOnlyCollection<string> subjectIds, CancellationToken cancellationToken)
    {
        string[] wanted = [.. subjectIds.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var keys = await ReadAsync(table, wanted, enterGate: true, cancellationToken);
        for (var missing = Missing(wanted, keys); missing.Length > 0; missing = Missing(wanted, keys))
        {
            // Whoever is second waits for the first here, adds nothing, and finds the first's key in the next reading.
            await AddAsync(table, missing, cancellationToken);
            foreach (var (subject, key) in await ReadAsync(table, missing, enterGate: false, cancellationToken))
            {
                keys.Add(subject, key);
            }
        }

        return keys;
    }

    private async Task<Dictionary<string, DataKey>> ReadAsync(KeyTable table, string[] subjectIds, bool enterGate, CancellationToken cancellationToken)
    {
        var rows = await table.ReadSubjectsAsync(subjectIds, enterGate, cancellationToken);
        return rows.ToDictionary(
            row => row.SubjectId,
            row => new DataKey(row.Number, ring.Unwrap(row.EncryptionKey, SubjectPlace(row.Number), row.Wrapped)),
            StringComparer.Ordinal);
    }

    private async Task AddAsync(KeyTable table, string[] subjectIds, CancellationToken cancellationToken)
    {
        var numbers = await table.TakeNumbersAsync(subjectIds.Length, cancellationToken);
        var rows = numbers.Zip(subjectIds, (number, subjectId) =>
        {
            var (kek, wrapped) = ring.Wrap(SubjectPlace(number), RandomNumberGenerator.GetBytes(KeyBytes));
            return new SubjectWrap(subjectId, number, kek, wrapped);
        });
        await table.AddSubjectsAsync([.. rows], time.GetUtcNow(), cancellationToken);
    }

    private async Task<IReadOnlyList<DataKey>> OpenFromDatabaseAsync(long[] numbers, CancellationToken cancellationToken)
    {
        await using var connection = await sources.Hub.OpenConnectionAsync(cancellationToken);
        return await OpenAsync(new KeyTable(connection), numbers, cancellationToken);
    }

    // One way to open each key is enough, however many holders it has.
    private async Task<IReadOnlyList<DataKey>> OpenAsync(KeyTable table, long[] numbers, CancellationToken cancellationToken) =>
        [.. (await table.ReadOpenersAsync(numbers, cancellationToken)).DistinctBy(opener => opener.Number).Select(Open)];

    private DataKey Open(Opener opener) => new(opener.Number, opener switch
    {
        { Holder: null } => ring.Unwrap(opener.EncryptionKey!.Value, SubjectPlace(opener.Number), opener.Wrapped),
        { Via: null } => ring.Unwrap(opener.EncryptionKey!.Value, RecordPlace(opener.Number, ""), opener.Wrapped),
        { Via: { } via, Holder: { } holder } => Seal.Open(
            ring.Unwrap(via.EncryptionKey, SubjectPlace(via.Number), via.Wrapped), RecordPlace(opener.Number, holder), opener.Wrapped),
    });
}

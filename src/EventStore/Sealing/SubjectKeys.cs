using System.Security.Cryptography;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Sealing;

/// <summary>
/// The keys personal data are sealed under: one per person, and record keys that several people can open. They stand wrapped in the database; what unwraps
/// them, the <see cref="KeyRing"/>, never does. Erasing a person's key erases what was sealed under it, wherever it lies. Opened keys are remembered for at most 60 s, and only
/// on a node whose host is started and hears of erasures.
/// </summary>
public sealed class SubjectKeys
{
    private const int KeyBytes = 32;

    private readonly KeyRing _ring;
    private readonly OpenedKeys _opened;
    private readonly PostgresDataSources _sources;
    private readonly TimeProvider _time;

    internal SubjectKeys(KeyRing ring, OpenedKeys opened, PostgresDataSources sources, TimeProvider time)
    {
        _ring = ring;
        _opened = opened;
        _sources = sources;
        _time = time;
    }

    /// <summary>The keys of subjects, made where they are missing. Sealing under them in the same transaction is safe against an erasure at the same time.</summary>
    /// <param name="transaction">The transaction that will store what is sealed.</param>
    /// <param name="subjectIds">Pseudonyms; repetitions do no harm.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Pseudonym → key, one for each.</returns>
    /// <exception cref="FaultException">
    /// <c>DATABASE_AWAY</c>, <c>DATABASE_FULL</c>, <c>TRANSACTION_CONFLICT</c>; <c>KEY_FILE_MISSING</c>: this node lacks the active key-encryption key.
    /// </exception>
    public async Task<IReadOnlyDictionary<string, DataKey>> EnsureAsync(
        EventTransaction transaction, IReadOnlyCollection<string> subjectIds, CancellationToken cancellationToken) =>
        (await PostgresFaults.GuardAsync(() => EnsureAsync(new KeyTable(transaction.Connection), subjectIds, cancellationToken))).Keys;

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

        string[] holders = [.. requests.SelectMany(request => request.Holders)];
        return await PostgresFaults.GuardAsync(async () =>
        {
            var table = new KeyTable(transaction.Connection);
            var (subjects, active) = await EnsureAsync(table, holders, cancellationToken);
            var numbers = await table.TakeNumbersAsync(requests.Count, cancellationToken);
            DataKey[] keys = [.. numbers.Select(number => new DataKey(number, RandomNumberGenerator.GetBytes(KeyBytes)))];
            await table.AddRecordKeysAsync([.. keys.Zip(requests).SelectMany(pair => Wraps(pair.First, pair.Second, subjects, active))], cancellationToken);
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
    /// Destroys the keys of subjects, for ever once the transaction commits, which also tells every node. Waits for transactions that are sealing. <see cref="Erasures"/> does
    /// this with the record and the journal that an erasure needs.
    /// </summary>
    /// <param name="transaction">The transaction that also records the erasure.</param>
    /// <param name="subjectIds">All linked pseudonyms of the person.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The keys there were.</returns>
    public async Task<IReadOnlyList<ErasedKey>> EraseAsync(EventTransaction transaction, IReadOnlyCollection<string> subjectIds, CancellationToken cancellationToken)
    {
        var erased = await PostgresFaults.GuardAsync(() => new KeyTable(transaction.Connection).EraseAsync([.. subjectIds], cancellationToken));
        Forget();
        return erased;
    }

    /// <summary>Empties this node's memory of opened keys.</summary>
    public void Forget() => _opened.Clear();

    /// <summary>
    /// Compares the key files with those this database was first used with; run before serving. Keys new to the database are noted.
    /// </summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaultException">A key differs, or one that is needed is missing: <c>KEY_FILES_DIFFER</c>.</exception>
    public async Task CheckRingAsync(CancellationToken cancellationToken)
    {
        var mine = _ring.CheckValues();
        await using var connection = await _sources.Hub.OpenConnectionAsync(cancellationToken);
        var table = new KeyTable(connection);
        foreach (var check in await table.CheckAsync(mine, cancellationToken))
        {
            var own = mine.GetValueOrDefault(check.Name);
            if (!check.IsRetired && (own is null ? check.IsNeeded : !CryptographicOperations.FixedTimeEquals(own, check.Value)))
            {
                throw SealingFaults.FilesDiffer(check.Name, missing: own is null);
            }
        }

        await table.ScalarAsync(SealingSql.ActivateFirst, cancellationToken, new NpgsqlParameter<string> { TypedValue = $"kek-{_ring.Numbers[^1]}" });
    }

    private static string[] Missing(string[] wanted, Dictionary<string, DataKey> keys) => Array.FindAll(wanted, id => !keys.ContainsKey(id));

    internal static string SubjectPlace(long number) => $"subject_key/{number}";

    internal static string RecordPlace(long number, string holder) => $"record_key/{number}/{holder}";

    private IEnumerable<RecordWrap> Wraps(DataKey key, RecordKeyRequest request, Dictionary<string, DataKey> subjects, int active)
    {
        foreach (var holder in request.Holders.Distinct(StringComparer.Ordinal))
        {
            var holderKey = subjects[holder];
            var wrapped = Seal.Close(holderKey.Bytes.Span, RecordPlace(key.Number, holder), key.Bytes.Span);
            yield return new RecordWrap(key.Number, holder, holderKey.Number, null, wrapped);
        }

        if (request.UnderKeyEncryptionKey)
        {
            yield return new RecordWrap(key.Number, "", null, active, _ring.Wrap(active, RecordPlace(key.Number, ""), key.Bytes.Span));
        }
    }

    private async Task<(Dictionary<string, DataKey> Keys, int Active)> EnsureAsync(KeyTable table, IReadOnlyCollection<string> subjectIds, CancellationToken cancellationToken)
    {
        string[] wanted = [.. subjectIds.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var active = Require(await table.EnterGateAsync(cancellationToken) ?? _ring.Numbers[^1]);
        var keys = await ReadAsync(table, wanted, cancellationToken);
        for (var missing = Missing(wanted, keys); missing.Length > 0; missing = Missing(wanted, keys))
        {
            // Whoever is second waits for the first here, adds nothing, and finds the first's key in the next reading.
            await AddAsync(table, missing, active, cancellationToken);
            foreach (var (subject, key) in await ReadAsync(table, missing, cancellationToken))
            {
                keys.Add(subject, key);
            }
        }

        return (keys, active);
    }

    private async Task<Dictionary<string, DataKey>> ReadAsync(KeyTable table, string[] subjectIds, CancellationToken cancellationToken)
    {
        var rows = await table.ReadSubjectsAsync(subjectIds, cancellationToken);
        return rows.ToDictionary(
            row => row.SubjectId,
            row => new DataKey(row.Number, Unwrap(row.EncryptionKey, SubjectPlace(row.Number), row.Wrapped)),
            StringComparer.Ordinal);
    }

    private async Task AddAsync(KeyTable table, string[] subjectIds, int active, CancellationToken cancellationToken)
    {
        var numbers = await table.TakeNumbersAsync(subjectIds.Length, cancellationToken);
        var rows = numbers.Zip(subjectIds, (number, subjectId) =>
            new SubjectWrap(subjectId, number, active, _ring.Wrap(active, SubjectPlace(number), RandomNumberGenerator.GetBytes(KeyBytes))));
        await table.AddSubjectsAsync([.. rows], _time.GetUtcNow(), cancellationToken);
    }

    // A key may have been distributed and activated since this node last looked at its files.
    private int Require(int number)
    {
        try
        {
            return _ring.Has(number) ? number : throw SealingFaults.FileMissing(number);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw SealingFaults.FileDamaged(e);
        }
    }

    private byte[] Unwrap(int number, string place, byte[] wrapped) => _ring.Unwrap(Require(number), place, wrapped);

    private async Task<IReadOnlyList<DataKey>> OpenFromDatabaseAsync(long[] numbers, CancellationToken cancellationToken)
    {
        await using var connection = await _sources.Hub.OpenConnectionAsync(cancellationToken);
        return await OpenAsync(new KeyTable(connection), numbers, cancellationToken);
    }

    // One way to open each key is enough, however many holders it has.
    private async Task<IReadOnlyList<DataKey>> OpenAsync(KeyTable table, long[] numbers, CancellationToken cancellationToken) =>
        [.. (await table.ReadOpenersAsync(numbers, cancellationToken)).DistinctBy(opener => opener.Number).Select(Open)];

    private DataKey Open(Opener opener) => new(opener.Number, opener switch
    {
        { Holder: null } => Unwrap(opener.EncryptionKey!.Value, SubjectPlace(opener.Number), opener.Wrapped),
        { Via: null } => Unwrap(opener.EncryptionKey!.Value, RecordPlace(opener.Number, ""), opener.Wrapped),
        { Via: { } via, Holder: { } holder } => Seal.Open(
            Unwrap(via.EncryptionKey, SubjectPlace(via.Number), via.Wrapped), RecordPlace(opener.Number, holder), opener.Wrapped),
    });
}

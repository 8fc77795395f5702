using System.Globalization;
using DataHub.EventStore.Postgres;
using DataHub.EventStore.Streams;
using DataHub.Kernel;
using DataHub.Kernel.Faults;
using Npgsql;

namespace DataHub.EventStore.Sealing;

/// <summary>
/// Erases persons: their keys are destroyed, an event in stream <c>{hub}/erasure/subjects</c> and a journal beside the key files of every node say so, and no backup brings them back.
/// </summary>
public sealed class Erasures
{
    private const int MaxBasis = 200;

    private readonly HubName _hub;
    private readonly IEventStore _events;
    private readonly SubjectKeys _keys;
    private readonly ErasureJournal _journal;
    private readonly TimeProvider _time;

    internal Erasures(HubName hub, IEventStore events, SubjectKeys keys, ErasureJournal journal, TimeProvider time)
    {
        _hub = hub;
        _events = events;
        _keys = keys;
        _journal = journal;
        _time = time;
    }

    private string Stream => $"{_hub}/erasure/subjects";

    /// <summary>
    /// Destroys the keys of a person, for ever. On return it is durable in the store and in this node's journal, and no node opens anything of the person any more, which takes three
    /// seconds. A person registered anew afterwards gets a new key.
    /// </summary>
    /// <param name="subjectIds">All linked pseudonyms of the person, at least one.</param>
    /// <param name="basis">The article or case it rests on, 1 to 200 characters, stored in clear: no personal data.</param>
    /// <param name="cancellationToken">Stops before the commit; an erasure begun is finished.</param>
    /// <returns>What was erased; without keys where there were none.</returns>
    /// <exception cref="FaultException">
    /// <c>COMMIT_UNKNOWN</c>, <c>DATABASE_AWAY</c>: repeat it, which does no harm; <c>ERASURE_JOURNAL</c>: erased, but this node's journal needs repair.
    /// </exception>
    public async Task<SubjectsErased> EraseAsync(IReadOnlyCollection<string> subjectIds, string basis, CancellationToken cancellationToken)
    {
        await using var transaction = await _events.BeginAsync(cancellationToken);
        var erasure = await EraseAsync(transaction, subjectIds, basis, cancellationToken);
        await transaction.CommitAsync();
        await ConfirmAsync(erasure);
        return erasure;
    }

    /// <summary>
    /// Destroys the keys of a person by the commit of a transaction that has other effects as well. It may be acknowledged once <see cref="ConfirmAsync"/> has returned after the commit; where the process ends
    /// before that, the next start does what is left (<see cref="ReapplyAsync"/>).
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="subjectIds">All linked pseudonyms of the person, at least one.</param>
    /// <param name="basis">The article or case it rests on, 1 to 200 characters, stored in clear: no personal data.</param>
    /// <param name="cancellationToken">Stops; the transaction can then only be disposed.</param>
    /// <returns>What the commit erases; without keys where there are none.</returns>
    public async Task<SubjectsErased> EraseAsync(EventTransaction transaction, IReadOnlyCollection<string> subjectIds, string basis, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentOutOfRangeException.ThrowIfZero(subjectIds.Count, nameof(subjectIds));
        if (basis.Length is 0 or > MaxBasis)
        {
            throw new ArgumentException($"The basis has 1 to {MaxBasis} characters.", nameof(basis));
        }

        var now = _time.GetUtcNow();
        var erasure = new SubjectsErased(Guid.CreateVersion7(now), now, basis, await _keys.EraseAsync(transaction, subjectIds, cancellationToken));
        await RecordAsync(transaction, [erasure], cancellationToken);
        return erasure;
    }

    /// <summary>Writes a committed erasure into this node's journal, and waits until no node opens anything of the person any more, three seconds.</summary>
    /// <param name="erasure">The erasure.</param>
    /// <exception cref="FaultException"><c>ERASURE_JOURNAL</c>: erased, but this node's journal needs repair.</exception>
    public async Task ConfirmAsync(SubjectsErased erasure)
    {
        await _journal.AddMissingAsync([erasure], CancellationToken.None);
        await Task.Delay(OpenedKeys.MaxSilence, _time, CancellationToken.None);
    }

    /// <summary>
    /// Brings database and journal to the same erasures, as after restoring an older backup of either; run before serving. Keys destroyed once and there again are destroyed again; the new
    /// key of a person registered anew stays.
    /// </summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>How many keys and wraps were there again.</returns>
    /// <exception cref="FaultException">The journal was changed: <c>ERASURE_JOURNAL</c>; <c>DATABASE_AWAY</c>.</exception>
    public async Task<long> ReapplyAsync(CancellationToken cancellationToken)
    {
        var stored = await StoredAsync(cancellationToken);
        var erasures = await _journal.AddMissingAsync(stored, cancellationToken);
        ErasedKey[] keys = [.. erasures.SelectMany(erasure => erasure.Keys)];
        if (keys.Length == 0)
        {
            return 0;
        }

        await using var transaction = await _events.BeginAsync(cancellationToken);
        var again = await PostgresFaults.GuardAsync(() => new KeyTable(transaction.Connection).EraseAgainAsync(keys, cancellationToken));
        await RecordAsync(transaction, [.. erasures.ExceptBy(stored.Select(erasure => erasure.Erasure), erasure => erasure.Erasure)], cancellationToken);
        await transaction.CommitAsync();
        return again;
    }

    /// <summary>Every erasure this node's journal knows of.</summary>
    /// <param name="cancellationToken">Stops.</param>
    public Task<IReadOnlyList<SubjectsErased>> JournalAsync(CancellationToken cancellationToken) => _journal.ReadAsync(cancellationToken);

    /// <summary>Writes into this node's journal what other nodes erased.</summary>
    internal async Task WriteJournalAsync(CancellationToken cancellationToken) =>
        await _journal.AddMissingAsync(await StoredAsync(cancellationToken), cancellationToken);

    private async Task<List<SubjectsErased>> StoredAsync(CancellationToken cancellationToken) =>
        [.. (await _events.ReadAsync(Stream, cancellationToken: cancellationToken)).Events.Select(e => e.Data).OfType<SubjectsErased>()];

    // Erasures follow one another: each has closed the gate, so the version read here is the last.
    private async Task RecordAsync(EventTransaction transaction, IReadOnlyList<SubjectsErased> erasures, CancellationToken cancellationToken)
    {
        await using var version = new NpgsqlCommand(SealingSql.ErasureVersion, transaction.Connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = Stream } } };
        var expected = Convert.ToInt64(await PostgresFaults.GuardAsync(() => version.ExecuteScalarAsync(cancellationToken)) ?? 0L, CultureInfo.InvariantCulture);
        NewEvent[] events = [.. erasures.Select(erasure => new NewEvent { StreamId = Stream, StreamType = "erasure", ExpectedVersion = expected, Data = erasure })];
        await transaction.AppendAsync(events, cancellationToken);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DataHub.Crypto.Sealing;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Faults;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.EventStore.Sealing;

/// <summary>What a key backup holds, or what restoring it did.</summary>
/// <param name="Keys">Keys in the file.</param>
/// <param name="Restored">Keys put back; those there already, and those of persons erased since, are not.</param>
public sealed record KeyBackupResult(long Keys, long Restored);

/// <summary>
/// Backs wrapped keys up into one file, apart from the backup of the database and kept shorter: what the database's backups hold opens with it and with the key-encryption keys, which are
/// not in it. Text lines; the last counts them and authenticates all (HMAC under the digest key).
/// </summary>
public sealed class KeyBackup
{
    private const string Header = "datahub keys 1";
    private const string MacPurpose = "key backup";
    private const int BatchRows = 5_000;

    private readonly KeyRing _ring;
    private readonly PostgresDataSources _sources;
    private readonly Erasures _erasures;
    private readonly TimeProvider _time;

    internal KeyBackup(KeyRing ring, PostgresDataSources sources, Erasures erasures, TimeProvider time)
    {
        _ring = ring;
        _sources = sources;
        _erasures = erasures;
        _time = time;
    }

    /// <summary>Writes all wrapped keys as of one moment, while the hub serves. The file appears whole or not at all, readable by its owner only.</summary>
    /// <param name="path">The file; one there already is replaced.</param>
    /// <param name="cancellationToken">Stops; no file appears.</param>
    public Task<KeyBackupResult> WriteAsync(string path, CancellationToken cancellationToken) => PostgresFaults.GuardAsync(async () =>
    {
        var part = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        long count;
        await using (var file = new FileStream(part, options))
        {
            count = await WriteAsync(file, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
        return new KeyBackupResult(count, 0);
    });

    /// <summary>
    /// Puts back the keys that are missing in the database, all or none, and destroys again what was erased since. Keys that are there stay as they are.
    /// </summary>
    /// <param name="path">A file of <see cref="WriteAsync(string, CancellationToken)"/>, made with the same key files.</param>
    /// <param name="cancellationToken">Stops; nothing is then restored.</param>
    /// <exception cref="FaultException">The file is cut off, changed or made with other key files: <c>KEY_BACKUP</c>; nothing was restored.</exception>
    public async Task<KeyBackupResult> RestoreAsync(string path, CancellationToken cancellationToken)
    {
        var (count, keks) = await VerifyAsync(path, cancellationToken);
        var erased = (await _erasures.JournalAsync(cancellationToken)).SelectMany(erasure => erasure.Keys).ToHashSet();
        var restored = await PostgresFaults.GuardAsync(async () =>
        {
            await using var connection = await _sources.Hub.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var table = new KeyTable(connection);
            await table.CloseGateAsync(cancellationToken);
            await table.CheckAsync(_ring.CheckValues(), cancellationToken);
            await table.ScalarAsync(SealingSql.TakeBack, cancellationToken, new NpgsqlParameter<string[]> { TypedValue = keks });
            var rows = await InsertAsync(table, path, erased, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            return rows;
        });
        await _erasures.ReapplyAsync(cancellationToken);
        return new KeyBackupResult(count, restored);
    }

    private static string Field(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? "-" : Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture)!;

    private static async Task<string> LineAsync(NpgsqlDataReader row) =>
        $"{row.GetString(0)} {row.GetInt64(1)} {Field(row, 2)} {Field(row, 3)} {Field(row, 4)} {Field(row, 5)} {Convert.ToBase64String(await row.GetFieldValueAsync<byte[]>(6))}";

    private async Task<long> WriteAsync(FileStream file, CancellationToken cancellationToken)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _ring.DigestKey(MacPurpose));
        async Task PutAsync(string line)
        {
            var bytes = Encoding.ASCII.GetBytes(line + "\n");
            mac.AppendData(bytes);
            await file.WriteAsync(bytes, cancellationToken);
        }

        await PutAsync($"{Header} {_time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}");
        await using var command = _sources.Hub.CreateCommand(SealingSql.AllKeys);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var count = 0L;
        for (; await reader.ReadAsync(cancellationToken); count++)
        {
            await PutAsync(await LineAsync(reader));
        }

        await PutAsync(string.Create(CultureInfo.InvariantCulture, $"end {count}"));
        await file.WriteAsync(Encoding.ASCII.GetBytes(Convert.ToBase64String(mac.GetHashAndReset()) + "\n"), cancellationToken);
        return count;
    }

    /// <summary>Reads the whole file before anything of it is believed.</summary>
    private async Task<(long Count, string[] Keks)> VerifyAsync(string path, CancellationToken cancellationToken)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _ring.DigestKey(MacPurpose));
        var keks = new SortedSet<string>(StringComparer.Ordinal);
        var (count, ended, last) = (-1L, false, "");
        await foreach (var line in File.ReadLinesAsync(path, Encoding.ASCII, cancellationToken))
        {
            if (ended)
            {
                last = last.Length == 0 ? line : throw SealingFaults.BackupDamaged(path);
                continue;
            }

            if (count < 0 && !line.StartsWith(Header + " ", StringComparison.Ordinal))
            {
                throw SealingFaults.BackupDamaged(path);
            }

            mac.AppendData(Encoding.ASCII.GetBytes(line + "\n"));
            ended = line == string.Create(CultureInfo.InvariantCulture, $"end {count}");
            if (count++ >= 0 && !ended && line.Split(' ') is [_, _, _, _, var kek, _, _] && kek != "-")
            {
                keks.Add($"kek-{kek}");
            }
        }

        if (!ended || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(last), Encoding.ASCII.GetBytes(Convert.ToBase64String(mac.GetHashAndReset()))))
        {
            throw SealingFaults.BackupDamaged(path);
        }

        _ring.Refresh();
        var here = _ring.CheckValues();
        return keks.FirstOrDefault(kek => !here.ContainsKey(kek)) is { } missing ? throw SealingFaults.BackupKey(path, missing) : (count - 1, [.. keks]);
    }

    private static async Task<long> InsertAsync(KeyTable table, string path, HashSet<ErasedKey> erased, CancellationToken cancellationToken)
    {
        var (restored, highest) = (0L, 0L);
        await foreach (var lines in File.ReadLinesAsync(path, Encoding.ASCII, cancellationToken).Skip(1).TakeWhile(line => !line.StartsWith("end ", StringComparison.Ordinal)).Chunk(BatchRows).WithCancellation(cancellationToken))
        {
            var rows = lines.Select(line => line.Split(' ')).ToList();
            highest = Math.Max(highest, rows.Max(row => Number(row[1])));
            var living = rows.Where(row => row[0] == "s" ? !erased.Contains(new ErasedKey(row[2], Number(row[1]))) : row[3] == "-" || !erased.Contains(new ErasedKey(row[2], Number(row[3])))).ToList();
            restored += (long)(await table.ScalarAsync(
                SealingSql.PutBack,
                cancellationToken,
                Column(living, row => row[0], NpgsqlDbType.Text),
                Column(living, row => Number(row[1]), NpgsqlDbType.Bigint),
                Column(living, row => row[2] == "-" ? "" : row[2], NpgsqlDbType.Text),
                Column(living, row => row[3] == "-" ? null : (long?)Number(row[3]), NpgsqlDbType.Bigint),
                Column(living, row => row[4] == "-" ? null : (int?)Number(row[4]), NpgsqlDbType.Integer),
                Column(living, row => row[5] == "-" ? null : (long?)Number(row[5]), NpgsqlDbType.Bigint),
                Column(living, row => Convert.FromBase64String(row[6]), NpgsqlDbType.Bytea)))!;
        }

        if (highest > 0)
        {
            await table.ScalarAsync(SealingSql.PassNumbers, cancellationToken, new NpgsqlParameter<long> { TypedValue = highest });
        }

        return restored;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static NpgsqlParameter<T[]> Column<T>(List<string[]> rows, Func<string[], T> value, NpgsqlDbType type) =>
        new() { TypedValue = [.. rows.Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type };
}

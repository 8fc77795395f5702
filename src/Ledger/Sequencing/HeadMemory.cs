using DataHub.Ledger.Heads;
using DataHub.Ledger.Storage;
using Npgsql;

namespace DataHub.Ledger.Sequencing;

/// <summary>
/// The last head this node saw, kept outside the database: a database that was set back, or rewritten, is not its continuation. The file is one that <see cref="HeadFile"/> reads, so that it serves as a
/// witness in an audit as well.
/// </summary>
internal sealed class HeadMemory(LedgerOptions options)
{
    private SignedHead? _last;
    private bool _isRead;

    /// <summary>Whether a head is what this node saw last, or grew out of it.</summary>
    /// <param name="head">The last head in the database; null = there is none.</param>
    /// <param name="connection">Reads the tree where it has grown.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<bool> ContinuesAsync(StoredHead? head, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (Last() is not { } last)
        {
            return true;
        }

        if (head is null || last.Text.Span.SequenceEqual(head.Signed.Text.Span))
        {
            return head is not null;
        }

        try
        {
            var (seen, now) = (TreeHead.Parse(last.Text.Span), head.Head);
            return now.Size > seen.Size && (await new TreeTable(connection).EdgeAsync(seen.Size, cancellationToken)).Root().AsSpan().SequenceEqual(seen.Root.Span);
        }
        catch (InvalidDataException)
        {
            return false; // Nodes that a head vouched for are no longer there.
        }
    }

    /// <summary>Remembers a head that continues the last one.</summary>
    public void Remember(SignedHead head)
    {
        if (_last is { } last && last.Text.Span.SequenceEqual(head.Text.Span))
        {
            return;
        }

        _last = head;
        if (options.HeadFile is { } file)
        {
            File.WriteAllText(file + ".part", HeadFile.Write(head));
            File.Move(file + ".part", file, overwrite: true);
        }
    }

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    private SignedHead? Last()
    {
        if (!_isRead)
        {
            _last = options.HeadFile is { } file && File.Exists(file) ? HeadFile.Read(File.ReadAllText(file))[^1] : null;
            _isRead = true;
        }

        return _last;
    }
}

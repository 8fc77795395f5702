using DataHub.Crypto.Sm2;
using DataHub.Ledger.Export;
using DataHub.Ledger.Heads;
using DataHub.Ledger.Tree;

namespace DataHub.Ledger.Auditing;

/// <summary>Goes through the leaves once, from head to head, growing the tree of the hashes that the sequence has.</summary>
internal sealed class TreeWalk : IDisposable
{
    private readonly IEnumerator<ExportedLeaf> _leaves;
    private readonly LeafCheck _check;
    private readonly EventNames _names;
    private readonly Witnesses _witnesses;
    private readonly Findings _findings;
    private readonly TreeEdge _edge = new();
    private readonly Stretch _stretch = new();
    private readonly byte[] _root = new byte[Sm3.HashBytes];
    private ExportedLeaf? _next;
    private bool _hasGap;
    private bool _isWrong;

    public TreeWalk(IEnumerable<ExportedLeaf> leaves, LeafCheck check, EventNames names, Witnesses witnesses, Findings findings)
    {
        _leaves = leaves.GetEnumerator();
        _check = check;
        _names = names;
        _witnesses = witnesses;
        _findings = findings;
        Move();
        CompareWitnesses();
    }

    /// <summary>Places of the sequence passed.</summary>
    public long Position { get; private set; }

    /// <summary>Leaves under a head whose root was right.</summary>
    public long Proven { get; private set; }

    /// <summary>Passes the leaves that a head covers and the head before does not.</summary>
    /// <param name="size">Size of the head.</param>
    /// <param name="notBefore">No leaf may be older.</param>
    /// <param name="notAfter">No leaf may be younger.</param>
    public void AdvanceTo(long size, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        while (Position < size)
        {
            if (_next is null)
            {
                ReportEnd(size);
            }
            else
            {
                Take(_next, size, notBefore, notAfter);
            }
        }
    }

    /// <summary>Compares the tree with a head of the size reached.</summary>
    public void Compare(TreeHead head, long number)
    {
        if (_hasGap || head.Size != Position)
        {
            return;
        }

        _edge.Root(_root);
        if (head.Root.Span.SequenceEqual(_root))
        {
            (Proven, _isWrong) = (Position, false);
            _stretch.Restart(_edge);
        }
        else if (!_isWrong)
        {
            _isWrong = true;
            _findings.Add(_stretch.Explain(head.Root.Span, _next is null ? default : _next.Hash.Span) ?? Range(head, number));
        }
    }

    /// <summary>The last head has passed: no leaf may be left.</summary>
    public void Finish()
    {
        while (_next is { } leaf)
        {
            _findings.Add(new AuditFinding(AuditCode.LeafUncovered, $"Leaf {leaf.Index} (number {leaf.LeafId}) stands behind the last head.") { Index = leaf.Index ?? Position, LeafId = leaf.LeafId });
            _check.Check(leaf);
            _names.Add(leaf);
            Move();
        }
    }

    public void Dispose() => _leaves.Dispose();

    private void Take(ExportedLeaf leaf, long size, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var index = leaf.Index ?? Position;
        if (index > Position)
        {
            var end = Math.Min(index, size);
            _findings.Add(new AuditFinding(AuditCode.LeafRemoved, Position == end - 1 ? $"Leaf {Position} is missing in the sequence." : $"Leaves {Position} to {end - 1} are missing in the sequence.")
            {
                Index = Position,
                LastIndex = end - 1,
            });
            Skip(end);
            return;
        }

        Judge(leaf, notBefore, notAfter);
        if (index < Position)
        {
            _hasGap = true;
            _findings.Add(new AuditFinding(AuditCode.LeafInserted, $"Leaf number {leaf.LeafId} takes place {index} a second time or out of order.") { Index = index, LeafId = leaf.LeafId });
        }
        else
        {
            Grow(leaf);
        }

        Move();
    }

    private void Judge(ExportedLeaf exported, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var leaf = _check.Check(exported);
        if (leaf is not null && (leaf.At < notBefore || leaf.At > notAfter))
        {
            _findings.Add(new AuditFinding(AuditCode.LeafTime, $"Leaf {exported.Index} (number {leaf.Id}) is of {leaf.At:O}; by the heads around it, it was put in between {notBefore:O} and {notAfter:O}.")
            {
                Index = exported.Index,
                LeafId = leaf.Id,
            });
        }

        _names.Add(exported);
    }

    private void Grow(ExportedLeaf leaf)
    {
        if (leaf.Hash.Length == Sm3.HashBytes)
        {
            _edge.Append(leaf.Hash.Span);
            _stretch.Add(leaf.Hash.Span, leaf.LeafId);
        }
        else
        {
            // Reported by the check of the leaf: no leaf has such a hash.
            _hasGap = true;
        }

        Position++;
        CompareWitnesses();
    }

    /// <summary>Too few leaves for a head. Those that are left may have been renumbered, so that any of the stretch may be the one that is missing.</summary>
    private void ReportEnd(long size)
    {
        _findings.Add(new AuditFinding(AuditCode.LeafRemoved, $"{size - Position} of the leaves {_stretch.Start} to {size - 1} are missing: the sequence ends with leaf {Position - 1}.")
        {
            Index = _stretch.Start,
            LastIndex = size - 1,
            IsRange = true,
        });
        Skip(size);
    }

    private void Skip(long end)
    {
        _hasGap = true;
        Position = end;
        while (_witnesses.NextSize <= Position)
        {
            _witnesses.Compare(default);
        }
    }

    private void CompareWitnesses()
    {
        if (_witnesses.NextSize == Position)
        {
            _edge.Root(_root);
            _witnesses.Compare(_hasGap ? default : _root);
        }
    }

    private AuditFinding Range(TreeHead head, long number) => head.Size == _stretch.Start
        ? new AuditFinding(AuditCode.TreeChanged, $"Head {number} has another root for {head.Size} leaves than a head before it.") { Head = number }
        : new AuditFinding(AuditCode.TreeChanged, $"Between leaf {_stretch.Start} and leaf {head.Size - 1}, both included, a leaf was changed, removed, inserted or moved: their root is not the one that was signed at {head.At:O}.")
        {
            Index = _stretch.Start,
            LastIndex = head.Size - 1,
            IsRange = true,
            Head = number,
        };

    private void Move() => _next = _leaves.MoveNext() ? _leaves.Current : null;
}

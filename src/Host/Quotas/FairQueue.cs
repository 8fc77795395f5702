namespace DataHub.Host.Quotas;

/// <summary>Calls of one sort that wait, served by organisation in turn. Not for several threads at once.</summary>
internal sealed class FairQueue(QuotaOptions options)
{
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly LinkedList<Line> _ring = [];

    /// <summary>Adds a call at the end of its organisation's line.</summary>
    /// <returns>False where the line is full.</returns>
    public bool TryAdd(string organisation, Waiting waiting)
    {
        if (!_lines.TryGetValue(organisation, out var line))
        {
            _lines[organisation] = line = new Line(organisation, options.Weights.GetValueOrDefault(organisation, 1));
            _ring.AddLast(line.Place);
        }

        if (line.Calls.Count >= options.MaxWaitingEach)
        {
            return false;
        }

        waiting.Enter(line.Calls, withdrawn: () => RemoveIfEmpty(line));
        return true;
    }

    /// <summary>Takes out the call whose turn it is; null where none waits.</summary>
    public Waiting? Next()
    {
        if (_ring.First?.Value is not { } line)
        {
            return null;
        }

        var next = line.Calls.First!.Value;
        line.Calls.RemoveFirst();
        RemoveIfEmpty(line);
        if (--line.TurnsLeft == 0 && line.Calls.Count > 0)
        {
            line.TurnsLeft = line.Weight;
            _ring.Remove(line.Place);
            _ring.AddLast(line.Place);
        }

        return next;
    }

    private void RemoveIfEmpty(Line line)
    {
        if (line.Calls.Count == 0)
        {
            _ring.Remove(line.Place);
            _lines.Remove(line.Organisation);
        }
    }

    private sealed class Line
    {
        public Line(string organisation, int weight)
        {
            (Organisation, Weight, TurnsLeft) = (organisation, weight, weight);
            Place = new LinkedListNode<Line>(this);
        }

        public string Organisation { get; }

        public int Weight { get; }

        public int TurnsLeft { get; set; }

        public LinkedList<Waiting> Calls { get; } = [];

        public LinkedListNode<Line> Place { get; }
    }
}

/// <summary>A call that waits for its turn.</summary>
internal sealed class Waiting() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private LinkedListNode<Waiting>? _place;
    private Action? _withdrawn;

    /// <summary>Goes to the end of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="withdrawn">Called after it has left the line without its turn.</param>
    public void Enter(LinkedList<Waiting> line, Action withdrawn) => (_place, _withdrawn) = (line.AddLast(this), withdrawn);

    /// <summary>Leaves the line, if it still stands in it.</summary>
    public bool TryWithdraw()
    {
        if (_place?.List is not { } line)
        {
            return false;
        }

        line.Remove(_place);
        _withdrawn!();
        return true;
    }
}

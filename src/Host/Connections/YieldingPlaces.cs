namespace DataHub.Host.Connections;

/// <summary>
/// Places for what is soon over if it is meant: TLS handshakes, connections that only enrol. When there are too many, the oldest goes, so that those
/// who hold a place for nothing keep nobody out.
/// </summary>
internal sealed class YieldingPlaces(int most)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Action> _underWay = new();

    /// <summary>Takes a place, from the oldest where none is free.</summary>
    /// <param name="giveUp">Ends what takes it; called at most once.</param>
    public Place Enter(Action giveUp)
    {
        LinkedListNode<Action>? oldest = null;
        LinkedListNode<Action> own;
        lock (_gate)
        {
            if (_underWay.Count >= most)
            {
                oldest = _underWay.First!;
                _underWay.Remove(oldest);
            }

            own = _underWay.AddLast(giveUp);
        }

        oldest?.Value();
        return new Place(this, own);
    }

    private void Leave(LinkedListNode<Action> place)
    {
        lock (_gate)
        {
            if (place.List is not null)
            {
                _underWay.Remove(place);
            }
        }
    }

    /// <summary>A place, left when what took it is over, however it ended.</summary>
    public sealed class Place(YieldingPlaces places, LinkedListNode<Action> node)
    {
        /// <summary>Gives it back; again and again does nothing.</summary>
        public void Leave() => places.Leave(node);
    }
}

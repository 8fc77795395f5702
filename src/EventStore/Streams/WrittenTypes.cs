namespace DataHub.EventStore.Streams;

/// <summary>How an event's type is written beside it.</summary>
/// <param name="Alias">Marten's alias, for example <c>record_asserted</c>.</param>
/// <param name="ClrName"><c>Namespace.Type, Assembly</c>.</param>
internal sealed record WrittenType(string Alias, string ClrName);

/// <summary>The types of one append: thousands of events are of a handful of types.</summary>
internal sealed class WrittenTypes(EventTypes types)
{
    private readonly Dictionary<Type, WrittenType> _known = [];

    public WrittenType Of(NewEvent newEvent)
    {
        var type = newEvent.Data.GetType();
        if (!_known.TryGetValue(type, out var written))
        {
            _known.Add(type, written = new WrittenType(types.Alias(type), EventTypes.ClrNameOf(type)));
        }

        return written;
    }
}

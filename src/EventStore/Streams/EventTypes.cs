using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace DataHub.EventStore.Streams;

/// <summary>The event types one module registers.</summary>
/// <param name="Types">Concrete types.</param>
public sealed record EventTypeSet(IReadOnlyList<Type> Types)
{
    /// <summary>The type itself where it is concrete, and every concrete type derived from it in its assembly.</summary>
    /// <param name="baseType">A base record or interface of events.</param>
    public static EventTypeSet DerivedFrom(Type baseType) =>
        new([.. baseType.Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(baseType))]);
}

/// <summary>Which CLR type stands behind which alias. Aliases and type names follow Marten 9 and are stored for ever.</summary>
public sealed partial class EventTypes
{
    private readonly FrozenDictionary<string, Type> _byAlias;
    private readonly FrozenDictionary<Type, string> _aliases;

    /// <summary>The types of all modules.</summary>
    /// <param name="sets">What the modules registered.</param>
    /// <exception cref="InvalidOperationException">Two types have the same alias.</exception>
    public EventTypes(IEnumerable<EventTypeSet> sets)
    {
        var types = sets.SelectMany(set => set.Types).Distinct().ToList();
        var twice = types.GroupBy(type => AliasOf(type.Name)).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidOperationException($"Event alias {twice.Key} stands for {string.Join(" and ", twice.Select(type => type.FullName))}.");
        }

        _byAlias = types.ToFrozenDictionary(type => AliasOf(type.Name), StringComparer.Ordinal);
        _aliases = types.ToFrozenDictionary(type => type, type => AliasOf(type.Name));
    }

    /// <summary>snake_case of a type name: <c>RecordAsserted</c> → <c>record_asserted</c>, <c>HTTPRequestSent</c> → <c>http_request_sent</c>, <c>Event2</c> → <c>event_2</c>.</summary>
    /// <param name="typeName">Name of a type, without namespace.</param>
    public static string AliasOf(string typeName) =>
        LowerThenOther().Replace(CapitalRunEnd().Replace(typeName, "$1_$2"), "$1_$2").ToLowerInvariant();

    /// <summary>How the CLR type is written beside an event: <c>Namespace.Type, Assembly</c>.</summary>
    /// <param name="type">Type of an event.</param>
    public static string ClrNameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    /// <summary>Alias of a registered type.</summary>
    /// <param name="type">Type of an event.</param>
    /// <exception cref="InvalidOperationException">The type is not registered.</exception>
    public string Alias(Type type) =>
        _aliases.TryGetValue(type, out var alias) ? alias : throw new InvalidOperationException($"{type.FullName} is not registered as an event type.");

    /// <summary>Type behind an alias, null where none is registered.</summary>
    /// <param name="alias">Alias as stored.</param>
    public Type? Find(string alias) => _byAlias.GetValueOrDefault(alias);

    [GeneratedRegex(@"(\P{Ll})(\P{Ll}\p{Ll})", RegexOptions.CultureInvariant)]
    private static partial Regex CapitalRunEnd();

    [GeneratedRegex(@"(\p{Ll})(\P{Ll})", RegexOptions.CultureInvariant)]
    private static partial Regex LowerThenOther();
}

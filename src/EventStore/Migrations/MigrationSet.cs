using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace DataHub.EventStore.Migrations;

/// <summary>The schema changes of one module: embedded resources <c>NNNN_name.sql</c> under a prefix, numbered from 0001 without gaps.</summary>
/// <param name="Module">Name of the module, stored with each change; never renamed.</param>
/// <param name="Assembly">Assembly with the resources.</param>
/// <param name="ResourcePrefix">Prefix of the resource names, with the closing dot, for example <c>DataHub.Ledger.Storage.</c>.</param>
public sealed partial record MigrationSet(string Module, Assembly Assembly, string ResourcePrefix)
{
    /// <summary>The changes in order.</summary>
    /// <exception cref="InvalidOperationException">There are none, or the numbers have a gap.</exception>
    internal IReadOnlyList<Migration> Read()
    {
        var migrations = Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => (Resource: name, Match: FileName().Match(name[ResourcePrefix.Length..])))
            .Where(found => found.Match.Success)
            .Select(found => Read(found.Resource, found.Match))
            .OrderBy(migration => migration.Number)
            .ToList();
        var dense = migrations.Select((migration, index) => migration.Number == index + 1).All(right => right);
        return migrations.Count > 0 && dense
            ? migrations
            : throw new InvalidOperationException($"Migrations of {Module} must be numbered from 0001 without gaps.");
    }

    private Migration Read(string resource, Match match)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!);
        return new Migration(Module, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), match.Groups[2].Value, reader.ReadToEnd());
    }

    [GeneratedRegex(@"^([0-9]{4})_([a-z0-9_]+)\.sql\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}

/// <summary>One schema change.</summary>
internal sealed record Migration(string Module, int Number, string Name, string Sql)
{
    public byte[] Checksum { get; } = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Sql));

    public override string ToString() => $"{Module}/{Number:0000}_{Name}";
}

using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace DataHub.Licences.Types;

/// <summary>The licence types of this hub, from the files under <c>data/licences</c>.</summary>
internal sealed class LicenceTypes
{
    private readonly Dictionary<string, LicenceType> _types = Read().ToDictionary(type => type.TypeCode, StringComparer.Ordinal);

    /// <exception cref="Kernel.Faults.FaultException">No such type.</exception>
    public LicenceType this[string code] => _types.GetValueOrDefault(code) ?? throw LicenceFaults.TypeUnknown();

    private static IEnumerable<LicenceType> Read()
    {
        var yaml = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build();
        var assembly = typeof(LicenceTypes).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("licences/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return yaml.Deserialize<LicenceType>(reader);
        }
    }
}

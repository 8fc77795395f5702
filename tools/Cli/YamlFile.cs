using DataHub.Kernel.Faults;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace DataHub.Cli;

/// <summary>Reads what people write for the command line.</summary>
internal static class YamlFile
{
    /// <param name="path">The file.</param>
    /// <param name="code">Code of the fault when it has not the form.</param>
    /// <exception cref="FaultException">The file does not exist, is empty or has not the form; says line and column.</exception>
    public static T Read<T>(string path, string code)
        where T : class
    {
        if (!File.Exists(path))
        {
            throw CliFaults.NoFile(path);
        }

        try
        {
            using var reader = File.OpenText(path);
            return new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build().Deserialize<T?>(reader)
                ?? throw new YamlException("the file is empty");
        }
        catch (YamlException e)
        {
            throw CliFaults.BadFile(code, path, e);
        }
    }
}

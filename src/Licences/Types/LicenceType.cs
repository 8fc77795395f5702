using DataHub.Kernel.Faults;
using DataHub.Kernel.Time;

namespace DataHub.Licences.Types;

/// <summary>A licence type: what its licences are called and which fields they print.</summary>
internal sealed class LicenceType
{
    /// <summary>证照类型代码, 21 places.</summary>
    public string TypeCode { get; set; } = "";

    /// <summary>证照类型名称.</summary>
    public string Name { get; set; } = "";

    /// <summary>Authority that defines the type.</summary>
    public string DefiningAuthority { get; set; } = "";

    /// <summary>Longest validity in years; null = no end.</summary>
    public int? ValidityYears { get; set; }

    public List<LicenceField> Fields { get; set; } = [];

    /// <summary>Checks the fields of a licence to be minted.</summary>
    /// <returns>The fields, trimmed, by name.</returns>
    /// <exception cref="FaultException">A field that is missing, unknown, too long or no date; names it.</exception>
    public SortedDictionary<string, string> Check(IDictionary<string, string> fields)
    {
        var unknown = fields.Keys.FirstOrDefault(name => !Fields.Exists(field => field.Name == name));
        if (unknown is not null)
        {
            throw LicenceFaults.FieldUnknown($"fields[{(unknown.Length <= 40 ? unknown : unknown[..40])}]");
        }

        var accepted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in Fields)
        {
            if (field.Check(fields.TryGetValue(field.Name, out var value) ? value : "") is { Length: > 0 } text)
            {
                accepted[field.Name] = text;
            }
        }

        return accepted;
    }
}

/// <summary>A field that licences of a type print.</summary>
internal sealed class LicenceField
{
    public string Name { get; set; } = "";

    /// <summary>中文名.</summary>
    public string Title { get; set; } = "";

    /// <summary>C characters or D civil date.</summary>
    public string Type { get; set; } = "C";

    public int Length { get; set; } = 200;

    public bool Required { get; set; }

    public string Check(string value)
    {
        var path = $"fields[{Name}]";
        var text = Required ? Require.Text(value, path, Length) : Require.OptionalText(value, path, Length);
        return Type == "D" && text.Length > 0 && !CivilTime.TryParseDate(text, out _)
            ? throw Require.Malformed("FIELD_DATE", path, "is not a date yyyy-MM-dd")
            : text;
    }
}

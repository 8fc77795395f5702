using CsvHelper;
using DataHub.V1;

namespace DataHub.Catalog.Import;

/// <summary>The row a reader stands on, in the guideline's words.</summary>
internal sealed class GuidelineRow(CsvReader csv)
{
    private const int ItemParts = 6;

    public DirectoryEntry ToEntry() => new()
    {
        Code = Text("code"),
        Title = Text("name"),
        PublisherName = Text("provider_name"),
        PublisherCode = Text("provider_code"),
        Abstract = Text("abstract"),
        Format = Text("format"),
        Items = { List("items").Select(ToItem) },
        ShareType = One("sharing_attribute", ("无条件共享", ShareType.Unconditional), ("有条件共享", ShareType.Conditional), ("不予共享", ShareType.NotShared)),
        ShareCondition = Text("sharing_condition"),
        ShareMethod = Text("sharing_method"),
        OpenToPublic = One("open_attribute", ("是", true), ("否", false)),
        UpdateCycle = One(
            "update_cycle",
            ("实时", UpdateCycle.RealTime),
            ("每日", UpdateCycle.Daily),
            ("每周", UpdateCycle.Weekly),
            ("每月", UpdateCycle.Monthly),
            ("每季度", UpdateCycle.Quarterly),
            ("每年", UpdateCycle.Yearly),
            ("按需", UpdateCycle.OnDemand)),
        IssuedOn = Text("published_on"),
        RelatedCodes = { List("related_codes") },
        Category = string.Join('/', ((string[])["category_class", "category_item", "category_subject", "category_detail"]).Select(Text).Where(part => part.Length > 0)),
    };

    // 中文名|english_name|type|length|required Y or N|sensitivity L1 to L4
    private InformationItem ToItem(string item)
    {
        var parts = item.Split('|');
        if (parts.Length != ItemParts || parts[4] is not ("Y" or "N") || parts[5] is not ['L', >= '1' and <= '4'])
        {
            throw CatalogFaults.Csv(Field("items"), "must hold items of title|name|type|length|Y or N|L1 to L4, divided by semicolons");
        }

        return new InformationItem
        {
            Title = parts[0],
            Name = parts[1],
            Type = parts[2],
            Length = parts[3],
            Required = parts[4] == "Y",
            Sensitivity = parts[5][1] - '0',
        };
    }

    private T One<T>(string column, params ReadOnlySpan<(string Word, T Value)> words)
    {
        var text = Text(column);
        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        throw CatalogFaults.Csv(Field(column), "is none of the guideline's words");
    }

    private string[] List(string column) => Text(column).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string Text(string column) => csv.GetString(column).Trim();

    private string Field(string column) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {csv.LineNumber}, column {column}");
}

using System.Text.RegularExpressions;
using DataHub.Kernel.Codes;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Identifiers;
using DataHub.V1;

namespace DataHub.Catalog.Registration;

/// <summary>Information items as sent to items as kept.</summary>
/// <param name="isExecutable">Records will be checked against the items, so types and names are those of the hub.</param>
/// <param name="roles">Subject roles of the schema; empty without one.</param>
internal sealed partial class ItemReader(bool isExecutable, IReadOnlyList<EntryRole> roles)
{
    private const int MaxItems = 300;
    private const string List = "list";

    // 货币, 双精度, 浮点 and 通用 of the guideline; what they hold is not defined closely enough to check a record by.
    private static readonly string[] DescribingTypes = ["Y", "B", "F", "G"];
    private static readonly string[] Types = ["C", "N", "I", "D", "M", "T", "L", List];

    // An existing directory has names as its departments spelt them; names in records are kept short.
    private int MaxName => isExecutable ? 40 : 64;

    public IReadOnlyList<EntryItem> ReadAll(IReadOnlyList<InformationItem> sent, string path) => ReadAll(sent, path, isMember: false);

    private List<EntryItem> ReadAll(IReadOnlyList<InformationItem> sent, string path, bool isMember)
    {
        if (sent.Count > MaxItems || (sent.Count == 0 && (isExecutable || isMember)))
        {
            throw Require.Malformed("ITEMS_COUNT", path, $"must be 1 to {MaxItems}");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, item) in sent.Index())
        {
            RequireName(item.Name, names, $"{path}[{index}].name");
        }

        return [.. sent.Select((item, index) => Read(item, names, isMember, $"{path}[{index}]"))];
    }

    private EntryItem Read(InformationItem sent, HashSet<string> siblings, bool isMember, string path) => new()
    {
        Name = sent.Name,
        Title = Require.Text(sent.Title, $"{path}.title", maxLength: 128),
        Type = ReadType(sent.Type, isMember, $"{path}.type"),
        Length = ReadLength(sent, $"{path}.length"),
        Required = sent.Required,
        Sensitivity = sent.Sensitivity is >= 1 and <= 4
            ? sent.Sensitivity
            : throw Require.Malformed("ITEM_SENSITIVITY", $"{path}.sensitivity", "must be 1 public, 2 internal, 3 personal or 4 sensitive"),
        CodeList = ReadCodeList(sent, $"{path}.code_list"),
        Identifier = ReadIdentifier(sent, $"{path}.identifier"),
        IdTypeItem = ReadIdTypeItem(sent, siblings, $"{path}.id_type_item"),
        Person = ReadPerson(sent.Person, $"{path}.person"),
        Items = ReadMembers(sent, $"{path}.items"),
    };

    private void RequireName(string name, HashSet<string> names, string field)
    {
        if (name.Length > MaxName || !Name().IsMatch(name))
        {
            throw Require.Malformed("ITEM_NAME", field, $"must have 1 to {MaxName} of a-z, 0-9 and _ and begin with a letter");
        }

        if (!names.Add(name))
        {
            throw Require.Malformed("ITEM_NAME_REPEATED", field, "is the name of an earlier item too");
        }
    }

    private string ReadType(string type, bool isMember, string field)
    {
        var isKnown = Types.Contains(type) || (!isExecutable && DescribingTypes.Contains(type));
        return isKnown && !(isMember && type == List)
            ? type
            : throw Require.Malformed("ITEM_TYPE", field, "must be C, N, I, D, M, T, L or list (a list holds no lists); without a schema also Y, B, F or G");
    }

    private static string ReadLength(InformationItem sent, string field)
    {
        var fits = sent.Length.Length == 0 || (sent.Type is "N" or "Y" or "B" or "F" ? Digits().IsMatch(sent.Length) : Characters().IsMatch(sent.Length));
        return fits
            ? sent.Length
            : throw Require.Malformed("ITEM_LENGTH", field, "must be empty, a number from 1 to 9999999, or for numbers precision.scale with at most 99 digits each");
    }

    private static string? ReadCodeList(InformationItem sent, string field) => sent.CodeList switch
    {
        "" => null,
        _ when CodeLists.Find(sent.CodeList) is null => throw Require.Malformed("CODE_LIST_UNKNOWN", field, "names no code list"),
        _ => sent.Type == "C" ? sent.CodeList : throw Require.Malformed("CODE_LIST_TYPE", field, "is for items of type C only"),
    };

    private static string? ReadIdentifier(InformationItem sent, string field) => sent.Identifier switch
    {
        "" => null,
        not ("holder" or "person_name") when IdentifierKind.Find(sent.Identifier) is null =>
            throw Require.Malformed("IDENTIFIER_UNKNOWN", field, "names no kind of identifier"),
        _ => sent.Type == "C" ? sent.Identifier : throw Require.Malformed("IDENTIFIER_TYPE", field, "is for items of type C only"),
    };

    private static string? ReadIdTypeItem(InformationItem sent, HashSet<string> siblings, string field)
    {
        var isHolder = sent.Identifier == "holder";
        if (!isHolder && sent.IdTypeItem.Length == 0)
        {
            return null;
        }

        return isHolder && sent.IdTypeItem != sent.Name && siblings.Contains(sent.IdTypeItem)
            ? sent.IdTypeItem
            : throw Require.Malformed("ID_TYPE_ITEM", field, "must name an item beside this one with identifier holder, and be empty otherwise");
    }

    private string? ReadPerson(string person, string field) => person switch
    {
        "" => null,
        _ when roles.Any(role => role.Role == person) => person,
        _ => throw Require.Malformed("ITEM_PERSON", field, "must be a subject role of the schema"),
    };

    private List<EntryItem> ReadMembers(InformationItem sent, string path)
    {
        if (sent.Type == List)
        {
            return ReadAll(sent.Items, path, isMember: true);
        }

        return sent.Items.Count == 0 ? [] : throw Require.Malformed("ITEM_MEMBERS", path, "is for items of type list only");
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[1-9][0-9]{0,6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Characters();

    [GeneratedRegex(@"\A[1-9][0-9]?(\.[0-9]{1,2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}

using System.Collections;
using CsvHelper;
using DataHub.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DataHub.FrontEnd.Csv;

/// <summary>One column of a file and the field its cells go to. Cells are passed on as they stand; an empty one leaves the field unset.</summary>
internal sealed class CsvColumn(int index, FieldDescriptor descriptor, bool isOfRecord)
{
    private const char MemberSeparator = ';';
    private const char PartSeparator = '|';

    /// <summary>Field name, which is the header.</summary>
    public string Name => descriptor.Name;

    /// <summary>Place in the row, from 0.</summary>
    public int Index => index;

    /// <summary>Names of a list member's parts, in the order a cell has them; null for a column with one value.</summary>
    public IReadOnlyList<string>? Parts { get; } = descriptor.IsRepeated ? [.. descriptor.MessageType.Fields.InFieldNumberOrder().Select(part => part.Name)] : null;

    /// <summary>Whether no member of a list has more parts than the member message has fields.</summary>
    public bool Fits(CsvReader row) =>
        Parts is null || Members(row.GetString(index)).All(member => member.Count(c => c == PartSeparator) < Parts.Count);

    /// <summary>Sets the field from the row the reader stands on.</summary>
    public void Read(CsvReader row, Record record, IMessage body)
    {
        var cell = row.GetString(index);
        if (cell.Length == 0)
        {
            return;
        }

        IMessage target = isOfRecord ? record : body;
        if (Parts is null)
        {
            descriptor.Accessor.SetValue(target, cell);
        }
        else
        {
            AddMembers((IList)descriptor.Accessor.GetValue(target), cell);
        }
    }

    // Nothing between two separators is no member: exports often end a list with a separator.
    private static string[] Members(string cell) => cell.Split(MemberSeparator, StringSplitOptions.RemoveEmptyEntries);

    private void AddMembers(IList list, string cell)
    {
        var fields = descriptor.MessageType.Fields.InFieldNumberOrder();
        foreach (var member in Members(cell))
        {
            var message = descriptor.MessageType.Parser.ParseFrom(ByteString.Empty);
            foreach (var (part, value) in fields.Zip(member.Split(PartSeparator)))
            {
                part.Accessor.SetValue(message, value);
            }

            list.Add(message);
        }
    }
}

using System.Globalization;
using DataHub.Exchange.Records;
using DataHub.Kernel.Time;

namespace DataHub.Exchange.Adapters;

/// <summary>Dates of a draft as rules compare them.</summary>
internal static class DraftDates
{
    /// <summary>The date at a path; null when it is missing or did not parse (the schema's rules have said so then).</summary>
    public static DateOnly? Date(this RecordDraft draft, string path) =>
        CivilTime.TryParseDate(draft[path], out var date) ? date : null;

    /// <summary>The civil date of the instant at a path; null as above.</summary>
    public static DateOnly? DateOfInstant(this RecordDraft draft, string path)
    {
        if (!DateTimeOffset.TryParse(draft[path], CultureInfo.InvariantCulture, out var instant))
        {
            return null;
        }

        // The last hours of the calendar in UTC have no date in Asia/Shanghai.
        return instant > DateTimeOffset.MaxValue - CivilTime.Offset ? DateOnly.MaxValue : CivilTime.DateOf(instant);
    }
}

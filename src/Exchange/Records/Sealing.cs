namespace DataHub.Exchange.Records;

/// <summary>Which values of a record are sealed, and for whom.</summary>
internal static class Sealing
{
    /// <summary>The value may not stand in the clear.</summary>
    public static bool IsSealed(FieldValue field, List<DraftSubject> subjects) =>
        field.Item.IsPersonal || PersonOf(field, subjects) is not null;

    /// <summary>
    /// The natural person a value is sealed for; null = it is about the record as a whole, or about an organisation.
    /// A value about a sole trader is sealed even where the same value about a company is public.
    /// </summary>
    public static DraftSubject? PersonOf(FieldValue field, List<DraftSubject> subjects) => field.Item.Person is { } role
        ? subjects.Find(subject => subject.IsNatural && subject.Role == role && (subject.Element < 0 || subject.Element == field.Element))
        : null;
}

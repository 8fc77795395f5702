using DataHub.Kernel.Faults;

namespace DataHub.Kernel.Identifiers;

/// <summary>
/// Resident identity number of the first generation: division 6, birth date YYMMDD, sequence 3, no check. No longer a valid document;
/// accepted only as a matching key of old records. <see cref="Upgrade"/> gives the number to store.
/// </summary>
public static class ResidentId15
{
    private const int Length = 15;

    /// <summary>The strict form: NFKC, no white space; null stays null.</summary>
    /// <param name="raw">The number as a source wrote it.</param>
    public static string? Normalize(string? raw) => IdentifierText.Normalize(raw);

    /// <summary>Checks the strict form.</summary>
    /// <param name="value">15 digits.</param>
    /// <param name="today">Civil date in Asia/Shanghai.</param>
    public static IdentifierCheck Check(string? value, DateOnly today) => IdentifierCheck.Of(Fault(value, today));

    /// <summary>The 18-place number of a 15-digit one.</summary>
    /// <param name="value">15 digits that <see cref="Check"/> found valid.</param>
    /// <exception cref="FaultException">Not 15 digits: <c>IDENTIFIER_INVALID</c>.</exception>
    public static string Upgrade(string value)
    {
        if (value.Length != Length || !IdentifierText.IsDigits(value))
        {
            throw new FaultException(FaultKind.Malformed, IdentifierKind.FaultCode, "A legacy resident number has 15 digits.");
        }

        return string.Create(PersonNumber.Length, value, static (upgraded, legacy) =>
        {
            Fill(legacy, upgraded);
            upgraded[17] = PersonNumber.CheckCharacter(upgraded[..17]);
        });
    }

    private static string? Fault(ReadOnlySpan<char> value, DateOnly today)
    {
        switch (value.Length)
        {
            case 0: return IdentifierRule.NullOrEmpty;
            case not Length: return IdentifierRule.Length;
        }

        if (!IdentifierText.IsDigits(value))
        {
            return IdentifierRule.Charset;
        }

        Span<char> upgraded = stackalloc char[17];
        Fill(value, upgraded);
        return ResidentId.IsDivisionUsed(value[..6]) ? PersonNumber.DateFault(upgraded[6..14], today) : IdentifierRule.Division;
    }

    /// <summary>Writes the first 17 places of the upgraded number.</summary>
    private static void Fill(ReadOnlySpan<char> legacy, Span<char> upgraded)
    {
        // 996-999 were kept for people of 100 years and over (section 1.2 of the reference; known from practice only).
        var century = legacy is [.., '9', '9', >= '6'] ? "18" : "19";
        legacy[..6].CopyTo(upgraded);
        century.CopyTo(upgraded[6..]);
        legacy[6..].CopyTo(upgraded[8..]);
    }
}

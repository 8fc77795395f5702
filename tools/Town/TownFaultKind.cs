namespace DataHub.Town;

/// <summary>A fault put into a row on purpose. A row carries one at most.</summary>
public enum TownFaultKind
{
    /// <summary>The check character of an identifier is another one.</summary>
    WrongCheckDigit,

    /// <summary>A required field is empty.</summary>
    MissingRequired,

    /// <summary>A date says 30 February.</summary>
    NoSuchDate,

    /// <summary>The birth date differs from that in the identifier.</summary>
    BirthDateContradictsId,

    /// <summary>A required code is not in its list.</summary>
    CodeOutsideList,

    /// <summary>The shares of the owners do not sum to 1.</summary>
    SharesDoNotAddUp,

    /// <summary>The digits of an identifier are full-width.</summary>
    FullWidthDigits,

    /// <summary>An identifier ends in a lower-case x.</summary>
    LowerCaseX,

    /// <summary>A number has the 15 places in use until 1999.</summary>
    FifteenDigitId,

    /// <summary>A name divides its parts by another dot than U+00B7.</summary>
    NameDotVariant,

    /// <summary>The row occurs a second time, byte for byte, next to the first or far from it.</summary>
    DuplicateRow,
}

/// <summary>What a correct hub does with a row that carries a fault.</summary>
public enum TownFaultOutcome
{
    /// <summary>Turned away with its reason.</summary>
    Rejected,

    /// <summary>Accepted once an identifier is in its strict form; worth a warning.</summary>
    Normalised,

    /// <summary>Accepted as it is.</summary>
    Accepted,

    /// <summary>Accepted the first time; the second changes nothing.</summary>
    Duplicate,
}

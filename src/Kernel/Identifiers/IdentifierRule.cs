namespace DataHub.Kernel.Identifiers;

/// <summary>The words in which a broken rule is reported. They are contract: reports count by them.</summary>
public static class IdentifierRule
{
    /// <summary>No rule is broken.</summary>
    public const string Ok = "ok";

    /// <summary>There is no value.</summary>
    public const string NullOrEmpty = "null_or_empty";

    /// <summary>Too few or too many characters.</summary>
    public const string Length = "length";

    /// <summary>A character that its place does not allow.</summary>
    public const string Charset = "charset";

    /// <summary>A number of another kind.</summary>
    public const string WrongKind = "wrong_kind";

    /// <summary>A division that GB/T 2260 never assigned or that this kind does not use.</summary>
    public const string Division = "division";

    /// <summary>A birth date that does not exist.</summary>
    public const string BirthDate = "birth_date";

    /// <summary>A birth date after today.</summary>
    public const string BirthFuture = "birth_future";

    /// <summary>The check character differs.</summary>
    public const string Check = "check";

    /// <summary>The check character of the organisation code inside a unified social credit code differs.</summary>
    public const string OrgCheck = "org_check";

    /// <summary>A registration authority that is not defined.</summary>
    public const string Authority = "authority";

    /// <summary>A category that its registration authority does not have.</summary>
    public const string Category = "category";

    /// <summary>A country or region that ISO 3166-1 does not list.</summary>
    public const string Nationality = "nationality";

    /// <summary>Parcel feature letters that are not defined or do not go together.</summary>
    public const string Feature = "feature";

    /// <summary>A parcel sequence of zero.</summary>
    public const string ParcelSequence = "parcel_seq";

    /// <summary>A fixture letter or number that is not allowed.</summary>
    public const string Fixture = "fixture";

    /// <summary>The wording differs from the prescribed pattern.</summary>
    public const string Pattern = "pattern";

    /// <summary>A province that does not exist.</summary>
    public const string Province = "province";

    /// <summary>A year out of range.</summary>
    public const string Year = "year";

    /// <summary>A serial that is empty, zero, too long or has other characters.</summary>
    public const string Serial = "serial";

    /// <summary>The root of the e-licence identifier differs.</summary>
    public const string Root = "root";

    /// <summary>Too few or too many parts between the dots.</summary>
    public const string Segments = "segments";

    /// <summary>The licence type code is wrong.</summary>
    public const string TypeCode = "type_code";

    /// <summary>The issuer is not a valid unified social credit code.</summary>
    public const string Issuer = "issuer";

    /// <summary>The version is not 001 to 999.</summary>
    public const string Version = "version";

    /// <summary>A service item type that is not defined.</summary>
    public const string ItemType = "item_type";

    /// <summary>A main item of zero.</summary>
    public const string MainItem = "main_item";

    /// <summary>The implementing body is not a valid unified social credit code.</summary>
    public const string Organisation = "organisation";

    /// <summary>An administrative level outside 1 to 6.</summary>
    public const string Level = "level";

    /// <summary>An empty document number.</summary>
    public const string DocumentNo = "document_no";
}

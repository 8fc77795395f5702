namespace DataHub.Crypto.Der;

/// <summary>Why the DER gate refuses.</summary>
public enum DerRefusal
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Nothing there.</summary>
    Empty,

    /// <summary>Longer than the profile allows.</summary>
    TooLong,

    /// <summary>An element reaches past the end of what holds it.</summary>
    Truncated,

    /// <summary>Bytes after the outermost element.</summary>
    TrailingBytes,

    /// <summary>A tag number above 30.</summary>
    HighTag,

    /// <summary>An end-of-contents mark, or a universal type that is primitive where DER wants it constructed, or the other way round.</summary>
    WrongForm,

    /// <summary>A length of indefinite form (BER).</summary>
    IndefiniteLength,

    /// <summary>A length in more bytes than needed.</summary>
    LengthNotMinimal,

    /// <summary>Nested deeper than the profile allows.</summary>
    TooDeep,

    /// <summary>More elements than the profile allows.</summary>
    TooManyNodes,

    /// <summary>A BOOLEAN, INTEGER, BIT STRING or NULL that has another, shorter or clearer encoding.</summary>
    ContentNotMinimal,

    /// <summary>An object identifier that is too long or ends within an arc.</summary>
    BadOid,

    /// <summary>An elliptic-curve key without parameters, with explicit ones, or on a curve other than sm2p256v1, P-256, P-384.</summary>
    CurveNotNamed,
}

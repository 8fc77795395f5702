namespace DataHub.Crypto.Certificates;

/// <summary>What a licence issuer's certificate is worth under a root.</summary>
public enum ChainOutcome
{
    /// <summary>The root vouches for it at the instant asked about.</summary>
    Valid,

    /// <summary>The issuer's certificate is not a readable SM2 certificate.</summary>
    LeafUnreadable,

    /// <summary>The root is not a readable SM2 certificate.</summary>
    RootUnreadable,

    /// <summary>The root is not an authority: basicConstraints or keyUsage keyCertSign is missing, or its issuer is someone else.</summary>
    RootNotAuthority,

    /// <summary>The certificate between is not a readable SM2 certificate.</summary>
    IssuingUnreadable,

    /// <summary>The certificate between is no authority for leaves only: basicConstraints CA with path length 0, keyUsage keyCertSign.</summary>
    IssuingNotAuthority,

    /// <summary>Another issuer's name, byte by byte.</summary>
    OtherIssuer,

    /// <summary>Another key of the issuer (authority key identifier), or none named.</summary>
    OtherIssuerKey,

    /// <summary>The certificate is one for an authority, or does not say that it is none.</summary>
    LeafIsAuthority,

    /// <summary>keyUsage is not digitalSignature and nonRepudiation.</summary>
    WrongKeyUsage,

    /// <summary>The instant lies before the validity of one of the two.</summary>
    NotYetValid,

    /// <summary>The instant lies after the validity of one of the two.</summary>
    Expired,

    /// <summary>The signature is not the root's.</summary>
    BadSignature,
}

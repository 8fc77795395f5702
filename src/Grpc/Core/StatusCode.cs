namespace Grpc.Core;

/// <summary>How a call ended; the seventeen codes of the gRPC protocol with their wire numbers.</summary>
public enum StatusCode
{
    /// <summary>Success.</summary>
    OK = 0,

    /// <summary>Cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error nobody classified, for example an exception of a handler.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call ended; the work may have been done.</summary>
    DeadlineExceeded = 4,

    /// <summary>The thing named does not exist.</summary>
    NotFound = 5,

    /// <summary>The thing to make exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known but may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a size limit or a resource is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state the call needs; repeating does not help.</summary>
    FailedPrecondition = 9,

    /// <summary>Stopped by a concurrent change; repeating the whole sequence may help.</summary>
    Aborted = 10,

    /// <summary>Past the end of what exists now; may become valid later.</summary>
    OutOfRange = 11,

    /// <summary>The method or feature is not offered here.</summary>
    Unimplemented = 12,

    /// <summary>Something that must hold does not; also every breach of the protocol.</summary>
    Internal = 13,

    /// <summary>The service can't be reached now; repeating may help.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or is corrupt.</summary>
    DataLoss = 15,

    /// <summary>The caller did not prove who it is.</summary>
    Unauthenticated = 16,
}

namespace Grpc.Core;

/// <summary>What a channel knows of the way to its servers.</summary>
public enum ConnectivityState
{
    /// <summary>There is no connection, and none is wanted.</summary>
    Idle = 0,

    /// <summary>A connection is being made.</summary>
    Connecting = 1,

    /// <summary>There is a connection.</summary>
    Ready = 2,

    /// <summary>The last attempt to connect failed; another one follows.</summary>
    TransientFailure = 3,

    /// <summary>The channel is disposed.</summary>
    Shutdown = 4,
}

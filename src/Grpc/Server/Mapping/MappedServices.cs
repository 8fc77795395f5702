namespace Grpc.AspNetCore.Server.Mapping;

/// <summary>Marks that <c>AddGrpc</c> was called, and remembers what an application maps only once.</summary>
internal sealed class MappedServices
{
    private int _answersUnknownServices;

    /// <summary>True for the first caller.</summary>
    public bool ClaimUnknownServices() => Interlocked.Exchange(ref _answersUnknownServices, 1) == 0;
}

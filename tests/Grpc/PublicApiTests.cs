using Grpc.Core;
using Grpc.Tests.Support;

namespace Grpc.Tests;

/// <summary>Every public member of the room stands in the listing of the official packages with the same signature.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void PublicMembers_AreAllMembersOfTheOfficialPackages()
    {
        var official = ApiListing.Read(Path.Combine(AppContext.BaseDirectory, "grpc-api.txt"));

        var extra =
            from type in ApiListing.Of(typeof(Status).Assembly)
            from line in type.Value
            where !official.TryGetValue(type.Key, out var members) || !members.Contains(line)
            select $"{type.Key}: {line}";

        Assert.Empty(extra);
    }

    [Fact]
    public void Listing_OfThisRoom_IsNotEmptyAndNamesGenericsAndDefaultsAsTheOfficialOne()
    {
        var ours = ApiListing.Of(typeof(Status).Assembly);

        Assert.Contains(
            "new(Metadata headers = default, DateTime? deadline = default, CancellationToken cancellationToken = default, WriteOptions writeOptions = default, ContextPropagationToken propagationToken = default, CallCredentials credentials = default)",
            ours["struct Grpc.Core.CallOptions"]);
        Assert.Contains(
            "virtual void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler)",
            ours["class Grpc.Core.ServiceBinderBase"]);
    }
}

using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>Lets a service's options start as the application's. Interceptors are not copied: both lists run, the application's first.</summary>
internal sealed class InheritedOptions<TService>(IOptions<GrpcServiceOptions> application) : IConfigureOptions<GrpcServiceOptions<TService>>
    where TService : class
{
    public void Configure(GrpcServiceOptions<TService> options)
    {
        options.MaxReceiveMessageSize = application.Value.MaxReceiveMessageSize;
        options.MaxSendMessageSize = application.Value.MaxSendMessageSize;
        options.EnableDetailedErrors = application.Value.EnableDetailedErrors;
        options.IgnoreUnknownServices = application.Value.IgnoreUnknownServices;
        options.ResponseCompressionAlgorithm = application.Value.ResponseCompressionAlgorithm;
        options.ResponseCompressionLevel = application.Value.ResponseCompressionLevel;
        options.CompressionProviders = [.. application.Value.CompressionProviders];
    }
}

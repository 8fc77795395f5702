using System.IO.Compression;
using Grpc.Framing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>What the options of application and service come to, fixed when a service is mapped.</summary>
internal sealed record MethodOptions(
    int? MaxReceiveBytes,
    int? MaxSendBytes,
    int MaxRepeated,
    bool DetailedErrors,
    bool IgnoreUnknownServices,
    MessageEncodings Encodings,
    MessageCompressor? ResponseCompressor,
    CompressionLevel? ResponseCompressionLevel,
    IReadOnlyList<InterceptorRegistration> Interceptors)
{
    /// <exception cref="InvalidOperationException">Responses are to be compressed in a way that nobody provides.</exception>
    public static MethodOptions For<TService>(IServiceProvider services)
        where TService : class
    {
        var application = services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        var hasOwn = services.GetServices<IConfigureOptions<GrpcServiceOptions<TService>>>().Any();
        var own = hasOwn ? services.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value : application;
        var limits = services.GetRequiredService<IOptions<CallLimits>>().Value;
        var encodings = new MessageEncodings(own.CompressionProviders, limits.DecompressionRatio);
        return new MethodOptions(
            own.MaxReceiveMessageSize,
            own.MaxSendMessageSize,
            limits.MaxRepeated,
            own.EnableDetailedErrors ?? false,
            own.IgnoreUnknownServices ?? false,
            encodings,
            Compressor(own, encodings),
            own.ResponseCompressionLevel,
            hasOwn ? [.. application.Interceptors, .. own.Interceptors] : [.. application.Interceptors]);
    }

    private static MessageCompressor? Compressor(GrpcServiceOptions options, MessageEncodings encodings) =>
        options.ResponseCompressionAlgorithm is null or Wire.Identity
            ? null
            : encodings.Compressor(options.ResponseCompressionAlgorithm, options.ResponseCompressionLevel)
                ?? throw new InvalidOperationException($"No compression provider is named '{options.ResponseCompressionAlgorithm}', in which responses are to be compressed.");
}

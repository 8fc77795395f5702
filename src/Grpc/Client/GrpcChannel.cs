using System.IO.Compression;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Calls;
using Grpc.Net.Client.Retries;
using Grpc.Net.Compression;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Net.Client;

/// <summary>A way to a service over HTTP/2, on one server or several; safe for use by many at once, made once and kept. Disposing it cancels the calls under way.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    // Servers choose what they send, but the channel chooses its servers: what holds them is the size of a message. No deflate grows more than this.
    private const int MaxDecompressionRatio = 1032;

    private readonly CancellationTokenSource _disposal = new();
    private readonly ChannelTransport _transport;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        Options = options;
        Time = options.ServiceProvider?.GetService<TimeProvider>() ?? TimeProvider.System;
        Retries = new RetrySettings(options);
        Encodings = new MessageEncodings(options.CompressionProviders ?? [new GzipCompressionProvider(CompressionLevel.Fastest)], MaxDecompressionRatio);
        CallCredentials = options.Credentials?.ForCalls;
        IsTls = address.Scheme == Uri.UriSchemeHttps || options.Credentials is { IsSecure: true };
        _transport = new ChannelTransport(options);
        Servers = ServerSets.Create(address, this, _transport.IsObserved);
    }

    internal GrpcChannelOptions Options { get; }

    internal TimeProvider Time { get; }

    internal RetrySettings Retries { get; }

    internal MessageEncodings Encodings { get; }

    internal ServerSet Servers { get; }

    internal bool IsTls { get; }

    internal CallCredentials? CallCredentials { get; }

    internal bool SendsCallCredentials => IsTls || Options.UnsafeUseInsecureChannelCallCredentials;

    /// <summary>Whether a request that timed out before the call did has reached nobody: an <see cref="HttpClient"/> or a handler around the handler may time requests.</summary>
    internal bool OnlyConnectingTimesOut => Options is { HttpClient: null, HttpHandler: null or SocketsHttpHandler };

    /// <summary>Fires when the channel is disposed.</summary>
    internal CancellationToken Disposed => _disposal.Token;

    /// <summary>
    /// What is known of the way to the servers. A channel connects when its first call or <see cref="ConnectAsync"/> asks for it, and is
    /// <see cref="ConnectivityState.Ready"/> once TCP connects; a refused certificate shows when a call is made.
    /// </summary>
    public ConnectivityState State => Servers.State;

    /// <summary>A channel with the default options.</summary>
    /// <param name="address">Scheme (https or http), host and port.</param>
    public static GrpcChannel ForAddress(string address) => ForAddress(new Uri(address));

    /// <summary>A channel.</summary>
    /// <param name="address">Scheme (https or http), host and port; or an address for a <see cref="ResolverFactory"/>, such as <c>dns:///host:port</c> or <c>static:///name</c>.</param>
    /// <param name="channelOptions">Options; not changed afterwards.</param>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    /// <summary>A channel with the default options.</summary>
    /// <param name="address">Scheme (https or http), host and port.</param>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel.</summary>
    /// <param name="address">Scheme (https or http), host and port; or an address for a <see cref="ResolverFactory"/>.</param>
    /// <param name="channelOptions">Options; not changed afterwards.</param>
    /// <exception cref="ArgumentException">A scheme nobody resolves, both a handler and a client, or credentials that are missing or don't fit the scheme.</exception>
    /// <exception cref="InvalidOperationException">An incomplete retry policy.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (channelOptions is { HttpHandler: not null, HttpClient: not null })
        {
            throw new ArgumentException("A channel takes a handler or a client, not both.", nameof(channelOptions));
        }

        if (ServerSets.IsHttp(address) && channelOptions.Credentials is { } credentials && credentials.IsSecure != (address.Scheme == Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The credentials don't fit an address that starts with {address.Scheme}.", nameof(channelOptions));
        }

        return new GrpcChannel(address, channelOptions);
    }

    /// <summary>Connects without a call; completes when the channel is <see cref="ConnectivityState.Ready"/>. Failures are no end: it goes on trying, with growing pauses.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ObjectDisposedException">The channel is disposed.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var state = State;
            ObjectDisposedException.ThrowIf(state == ConnectivityState.Shutdown, this);
            if (state == ConnectivityState.Ready)
            {
                return;
            }

            Servers.RequestConnection();
            await Servers.WaitForStateChangedAsync(state, cancellationToken);
        }
    }

    /// <summary>Completes when <see cref="State"/> is another one.</summary>
    /// <param name="lastObservedState">The state to leave.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task WaitForStateChangedAsync(ConnectivityState lastObservedState, CancellationToken cancellationToken = default) =>
        Servers.WaitForStateChangedAsync(lastObservedState, cancellationToken);

    /// <summary>An invoker whose calls go over this channel.</summary>
    /// <exception cref="ObjectDisposedException">The channel is disposed.</exception>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposal.IsCancellationRequested, this);
        return new HttpCallInvoker(this);
    }

    /// <summary>Cancels the calls under way and closes the connections.</summary>
    public void Dispose()
    {
        if (_disposal.IsCancellationRequested)
        {
            return;
        }

        _disposal.Cancel();
        Servers.Dispose();
        _transport.Dispose();
    }

    /// <summary>Sends a request and returns as soon as the response headers are here.</summary>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _transport.SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }
}

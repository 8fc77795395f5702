using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Net.Client;

/// <summary>A way to a server over HTTP/2; safe for use by many at once, made once and kept. Disposing it cancels the calls under way.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ConcurrentDictionary<string, Uri> _uris = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposal = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly bool _disposeInvoker;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        Address = address;
        Options = options;
        Time = options.ServiceProvider?.GetService<TimeProvider>() ?? TimeProvider.System;
        CallCredentials = options.Credentials?.ForCalls;
        SendsCallCredentials = address.Scheme == Uri.UriSchemeHttps || options.UnsafeUseInsecureChannelCallCredentials;
        (_invoker, _disposeInvoker) = Invoker(options);
    }

    internal Uri Address { get; }

    internal GrpcChannelOptions Options { get; }

    internal TimeProvider Time { get; }

    internal CallCredentials? CallCredentials { get; }

    internal bool SendsCallCredentials { get; }

    /// <summary>Fires when the channel is disposed.</summary>
    internal CancellationToken Disposed => _disposal.Token;

    /// <summary>A channel with the default options.</summary>
    /// <param name="address">Scheme (https or http), host and port.</param>
    public static GrpcChannel ForAddress(string address) => ForAddress(new Uri(address));

    /// <summary>A channel.</summary>
    /// <param name="address">Scheme (https or http), host and port.</param>
    /// <param name="channelOptions">Options; not changed afterwards.</param>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    /// <summary>A channel with the default options.</summary>
    /// <param name="address">Scheme (https or http), host and port.</param>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel.</summary>
    /// <param name="address">Scheme (https or http), host and port.</param>
    /// <param name="channelOptions">Options; not changed afterwards.</param>
    /// <exception cref="ArgumentException">Another scheme, both a handler and a client, or credentials that don't fit the scheme.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
        {
            throw new ArgumentException($"The address of a channel starts with https or http, not {address.Scheme}.", nameof(address));
        }

        if (channelOptions is { HttpHandler: not null, HttpClient: not null })
        {
            throw new ArgumentException("A channel takes a handler or a client, not both.", nameof(channelOptions));
        }

        if (channelOptions.Credentials is { } credentials && credentials.IsSecure != (address.Scheme == Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The credentials don't fit an address that starts with {address.Scheme}.", nameof(channelOptions));
        }

        return new GrpcChannel(address, channelOptions);
    }

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
        if (_disposeInvoker)
        {
            _invoker.Dispose();
        }
    }

    internal Uri UriOf(IMethod method) => _uris.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), Address);

    /// <summary>Sends a request and returns as soon as the response headers are here.</summary>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker is HttpClient client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : _invoker.SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    private static (HttpMessageInvoker Invoker, bool Dispose) Invoker(GrpcChannelOptions options)
    {
        if (options.HttpClient is { } client)
        {
            return (client, options.DisposeHttpClient);
        }

        var handler = options.HttpHandler ?? new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        return (new HttpMessageInvoker(handler, disposeHandler: options.HttpHandler is null || options.DisposeHttpClient), true);
    }
}

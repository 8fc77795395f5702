using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Net.Client.Balancer;

/// <summary>All IP addresses of a name, for channels of the scheme <c>dns</c>: <c>dns:///hub.example:443</c>.</summary>
public sealed class DnsResolverFactory : ResolverFactory
{
    // Servers that can't be reached make a channel look again, but not more often than this.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(15);

    private readonly TimeSpan _refreshInterval;

    /// <summary>A factory.</summary>
    /// <param name="refreshInterval">How often to look again; <see cref="Timeout.InfiniteTimeSpan"/> for only when a server can't be reached (then at most every 15 seconds).</param>
    public DnsResolverFactory(TimeSpan refreshInterval) => _refreshInterval = refreshInterval;

    /// <inheritdoc/>
    public override string Name => "dns";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The address names no host: it is like <c>dns:///hub.example:443</c>.</exception>
    public override Resolver Create(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var target = options.Address.AbsolutePath.TrimStart('/');
        return Uri.TryCreate("dns://" + target, UriKind.Absolute, out var parsed) && parsed.Host.Length > 0
            ? new DnsResolver(parsed.IdnHost, parsed.Port > 0 ? parsed.Port : options.DefaultPort, _refreshInterval, options.ChannelOptions.ServiceProvider?.GetService<TimeProvider>() ?? TimeProvider.System)
            : throw new ArgumentException($"The address {options.Address} names no host; expected is dns:///host:port.", nameof(options));
    }

    private sealed class DnsResolver(string host, int port, TimeSpan refreshInterval, TimeProvider time) : Resolver
    {
        private readonly CancellationTokenSource _disposal = new();
        private readonly SemaphoreSlim _wanted = new(1, 1);
        private Action<ResolverResult> _listener = _ => { };

        public override void Start(Action<ResolverResult> listener)
        {
            _listener = listener;
            _ = RunAsync();
        }

        public override void Refresh()
        {
            lock (_wanted)
            {
                if (_wanted.CurrentCount == 0)
                {
                    _wanted.Release();
                }
            }
        }

        protected override void Dispose(bool disposing)
        {
            _disposal.Cancel();
            base.Dispose(disposing);
        }

        private async Task RunAsync()
        {
            using var timer = time.CreateTimer(_ => Refresh(), null, refreshInterval, refreshInterval);
            try
            {
                while (true)
                {
                    await _wanted.WaitAsync(_disposal.Token);
                    _listener(await ResolveAsync());
                    await Task.Delay(ShortestInterval, time, _disposal.Token);
                }
            }
            catch (OperationCanceledException) when (_disposal.IsCancellationRequested)
            {
                // The channel is gone.
            }
        }

        private async Task<ResolverResult> ResolveAsync()
        {
            try
            {
                var found = await Dns.GetHostAddressesAsync(host, _disposal.Token);
                return ResolverResult.ForResult([.. found.Select(ip => new BalancerAddress(ip.ToString(), port) { HostOverride = $"{host}:{port}" })]);
            }
            catch (SocketException exception)
            {
                return ResolverResult.ForFailure(new Status(StatusCode.Unavailable, $"The name {host} can't be resolved: {exception.Message}", exception));
            }
        }
    }
}

namespace DataHub.Host.Connections;

/// <summary>
/// Connections a certificate has at once. A newcomer that finds no place waits a while: a peer that closes one connection and opens the next is ahead of
/// the hub, which learns of the first a little later.
/// </summary>
internal sealed class CertificatePlaces(int most, TimeSpan patience, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Places> _certificates = new(StringComparer.Ordinal);

    /// <summary>Takes a place; <see cref="Leave"/> gives it back.</summary>
    /// <returns>False where none became free in time.</returns>
    public async Task<bool> TryEnterAsync(string certificate, CancellationToken closed)
    {
        var places = Join(certificate);
        using var patient = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patient.Token, closed);
        try
        {
            await places.Free.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            Part(certificate, places);
            return false;
        }
    }

    public void Leave(string certificate)
    {
        Places places;
        lock (_gate)
        {
            places = _certificates[certificate];
        }

        places.Free.Release();
        Part(certificate, places);
    }

    private Places Join(string certificate)
    {
        lock (_gate)
        {
            if (!_certificates.TryGetValue(certificate, out var places))
            {
                _certificates[certificate] = places = new Places(new SemaphoreSlim(most));
            }

            places.Users++;
            return places;
        }
    }

    /// <summary>Certificates of the past leave nothing behind.</summary>
    private void Part(string certificate, Places places)
    {
        lock (_gate)
        {
            if (--places.Users == 0)
            {
                _certificates.Remove(certificate);
                places.Free.Dispose();
            }
        }
    }

    private sealed class Places(SemaphoreSlim free)
    {
        public SemaphoreSlim Free => free;

        /// <summary>Connections that have a place or wait for one.</summary>
        public int Users { get; set; }
    }
}

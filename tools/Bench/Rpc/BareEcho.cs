using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace DataHub.Bench.Rpc;

/// <summary>
/// The floor: Kestrel's own application interface, no routing, no middleware, no message parsed. Moves the same bytes as a gRPC echo: a frame in, the same frame
/// out, status in a trailer.
/// </summary>
internal sealed class BareEcho : IHttpApplication<IFeatureCollection>
{
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        var body = context.GetRequiredFeature<IHttpResponseBodyFeature>();
        response.Headers.ContentType = "application/grpc";
        var read = await WholeAsync(request);
        await body.StartAsync();
        foreach (var segment in read.Buffer)
        {
            body.Writer.Write(segment.Span);
        }

        request.AdvanceTo(read.Buffer.End);
        context.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers["grpc-status"] = "0";
    }

    private static async ValueTask<ReadResult> WholeAsync(PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.IsCompleted)
            {
                return read;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}

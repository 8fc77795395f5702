using Grpc.Core;
using Grpc.Tests.Protos;

namespace Grpc.Tests.Support;

/// <summary>What the handlers of a test's server do.</summary>
public sealed class ProbeHandlers
{
    public UnaryServerMethod<Note, Note> Echo { get; init; } = (request, _) => Task.FromResult(request);

    public ClientStreamingServerMethod<Note, Note> Collect { get; init; } = async (requests, context) =>
    {
        var sum = new Note();
        await foreach (var note in requests.ReadAllAsync(context.CancellationToken))
        {
            sum.Text += note.Text;
            sum.Number++;
        }

        return sum;
    };

    public ServerStreamingServerMethod<Note, Note> Count { get; init; } = async (request, responses, _) =>
    {
        for (var i = 0; i < request.Number; i++)
        {
            await responses.WriteAsync(new Note { Text = request.Text, Number = i });
        }
    };

    public DuplexStreamingServerMethod<Note, Note> Chat { get; init; } = async (requests, responses, context) =>
    {
        await foreach (var note in requests.ReadAllAsync(context.CancellationToken))
        {
            await responses.WriteAsync(note);
        }
    };

    public UnaryServerMethod<Basket, Note> Gather { get; init; } = (_, _) => Task.FromResult(new Note { Number = 1 });

    public ClientStreamingServerMethod<Basket, Note> Pour { get; init; } = async (requests, context) =>
        new Note { Number = await requests.ReadAllAsync(context.CancellationToken).CountAsync() };
}

/// <summary>Runs the handlers of a test.</summary>
public class ProbeService(ProbeHandlers handlers) : Probe.ProbeBase
{
    public override Task<Note> Echo(Note request, ServerCallContext context) => handlers.Echo(request, context);

    public override Task<Note> Collect(IAsyncStreamReader<Note> requestStream, ServerCallContext context) =>
        handlers.Collect(requestStream, context);

    public override Task Count(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        handlers.Count(request, responseStream, context);

    public override Task Chat(IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        handlers.Chat(requestStream, responseStream, context);

    public override Task<Note> Gather(Basket request, ServerCallContext context) => handlers.Gather(request, context);

    public override Task<Note> Pour(IAsyncStreamReader<Basket> requestStream, ServerCallContext context) => handlers.Pour(requestStream, context);
}

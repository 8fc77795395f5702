using DataHub.V1;
using Google.Protobuf;

namespace DataHub.FrontEnd.Pushing;

/// <summary>A chunk ready to be sent, and where its rows stand in the file.</summary>
/// <param name="Index">Place in the batch, from 0.</param>
/// <param name="Records">A serialised <see cref="RecordList"/>.</param>
/// <param name="Digest">SHA-256 of <paramref name="Records"/>.</param>
/// <param name="Lines">Line of each row.</param>
internal sealed record CutChunk(int Index, ByteString Records, ByteString Digest, IReadOnlyList<long> Lines)
{
    /// <summary>The chunk as a step of the stream.</summary>
    public PushRequest ToRequest() => new() { Chunk = new Chunk { Index = Index, Records = Records, Digest = Digest } };
}

using System.Text.Json;
using DataHub.EventStore.Postgres;
using DataHub.Kernel.Access;
using DataHub.V1;
using DataHub.Verification.Storage;
using Google.Protobuf;
using Npgsql;
using NpgsqlTypes;

namespace DataHub.Verification.Answering;

/// <summary>
/// Who asked what about whom (by pseudonym) for which case, and what was answered. Holds no claimed value: the content of a request is
/// kept as a keyed digest, by which a repetition is known.
/// </summary>
internal sealed class AnswerLog(PostgresDataSources database)
{
    private static readonly TimeSpan RepeatableFor = TimeSpan.FromHours(24);

    /// <summary>The answer given to the same request before; null when there was none.</summary>
    /// <exception cref="Kernel.Faults.FaultException">The request id was used with other content, or too long ago.</exception>
    public async Task<VerifyReply?> FindAsync(Caller caller, string requestId, byte[] digest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.Hub.CreateCommand(VerificationSql.FindAnswer);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = caller.SystemId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = requestId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var isSame = reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(digest) && now - reader.GetFieldValue<DateTimeOffset>(2) <= RepeatableFor;
        return isSame ? VerifyReply.Parser.ParseFrom(reader.GetFieldValue<byte[]>(1)) : throw VerificationFaults.RequestIdReused();
    }

    /// <summary>Records an answer durably.</summary>
    /// <returns>The answer to send: this one, or the one a simultaneous twin of the request recorded first.</returns>
    public async Task<VerifyReply> RecordAsync(
        Caller caller, string subjectId, VerifyRequest request, byte[] digest, VerifyReply reply, CancellationToken cancellationToken)
    {
        await using var command = database.Hub.CreateCommand(VerificationSql.RecordAnswer);
        NpgsqlParameter[] parameters =
        [
            new NpgsqlParameter<string> { TypedValue = caller.SystemId },
            new NpgsqlParameter<string> { TypedValue = caller.Organisation },
            new NpgsqlParameter<string> { TypedValue = request.RequestId.Trim() },
            new NpgsqlParameter<byte[]> { TypedValue = digest },
            new NpgsqlParameter<string> { TypedValue = subjectId },
            new NpgsqlParameter<string> { TypedValue = request.Purpose.ServiceItemCode },
            new NpgsqlParameter<string> { TypedValue = request.Purpose.CaseNo },
            new NpgsqlParameter<string> { TypedValue = request.Purpose.LegalBasis },
            new NpgsqlParameter<string> { TypedValue = AskedOf(request), NpgsqlDbType = NpgsqlDbType.Jsonb },
            new NpgsqlParameter<byte[]> { TypedValue = reply.ToByteArray() },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = reply.AnsweredAt.ToDateTimeOffset() },
        ];
        command.Parameters.AddRange(parameters);

        // The statement commits by itself, and a commit is never cancelled: it could look like success.
        return await command.ExecuteNonQueryAsync(CancellationToken.None) == 1
            ? reply
            : await FindAsync(caller, request.RequestId.Trim(), digest, reply.AnsweredAt.ToDateTimeOffset(), cancellationToken)
                ?? throw new InvalidOperationException("An answer that stood in the way of this one is gone.");
    }

    private static string AskedOf(VerifyRequest request) =>
        JsonSerializer.Serialize(request.Claims.Select(claim => new { claim.Resource, claim.Role, claim.Field, Operator = claim.Operator.ToString() }));
}

using DataHub.Contracts;
using DataHub.Kernel.Access;
using DataHub.Kernel.Faults;
using DataHub.Licences.Minting;
using DataHub.Licences.Verifying;
using DataHub.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DataHub.Licences;

/// <summary>The wire side of licences.</summary>
internal sealed class LicenceRpc(LicenceRegister register, LicenceVerifier verifier) : LicenceService.LicenceServiceBase
{
    [AllowRoles(SystemRole.Issuer)]
    public override async Task<MintReply> Mint(MintRequest request, ServerCallContext context)
    {
        var minted = await register.MintAsync(context.Caller(), request, context.CancellationToken);
        return new MintReply
        {
            LicenceId = minted.Id,
            Repeated = minted.Repeated,
            Document = new LicenceDocument
            {
                Document = ByteString.CopyFrom(minted.Paper.Document),
                Signature = ByteString.CopyFrom(minted.Paper.Signature),
                Chain = { minted.Chain.Select(certificate => ByteString.CopyFrom(certificate)) },
            },
        };
    }

    [AllowRoles(SystemRole.Issuer)]
    public override Task<LicenceStatus> Revoke(RevokeRequest request, ServerCallContext context) => register.RevokeAsync(
        context.Caller(),
        Require.Text(request.LicenceId, "licence_id", maxLength: 128),
        Require.Text(request.Reason, "reason", maxLength: 200),
        Basis(request.Basis),
        context.CancellationToken);

    [AllowRoles]
    public override Task<VerifyLicenceReply> Verify(VerifyLicenceRequest request, ServerCallContext context) =>
        verifier.VerifyAsync(request.Document, context.CancellationToken);

    // The shortest name of a law has two characters: 民法.
    private static string Basis(string text) => Require.Text(text, "basis", maxLength: 200) is { Length: >= 2 } basis
        ? basis
        : throw Require.Malformed("FIELD_TOO_SHORT", "basis", "must name the article relied on");
}

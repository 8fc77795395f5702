using DataHub.Cli;
using DataHub.Kernel.Time;
using DataHub.Town;
using DataHub.V1;

namespace DataHub.Acceptance.Tests.Support;

/// <summary>Licences as an issuer mints them.</summary>
internal static class LicenceCalls
{
    public static async Task<MintReply> MintAsync(HubConnection issuer, TownPerson holder) =>
        await issuer.Licences.MintAsync(OrderFor(holder), cancellationToken: TestContext.Current.CancellationToken);

    public static MintRequest OrderFor(TownPerson holder)
    {
        var today = CivilTime.Today(TimeProvider.System);
        var serial = Guid.NewGuid().ToString("N").ToUpperInvariant();
        return new MintRequest
        {
            TypeCode = "11100000000013338W032",
            Serial = serial,
            HolderIdType = holder.IdType,
            HolderId = holder.Id,
            HolderName = holder.Name,
            IssuedOn = CivilTime.Format(today),
            ValidFrom = CivilTime.Format(today),
            ValidTo = CivilTime.Format(today.AddYears(1)),
            Fields =
            {
                ["certificate_no"] = $"浙C{serial}",
                ["full_name"] = holder.Name,
                ["gender"] = "男",
                ["id_no"] = holder.Id,
                ["trade"] = "建筑电工",
                ["first_issued_on"] = CivilTime.Format(today),
            },
        };
    }

    public static async Task<VerifyLicenceReply> VerifyAsync(HubConnection system, LicenceDocument document) =>
        await system.Licences.VerifyAsync(new VerifyLicenceRequest { Document = document }, cancellationToken: TestContext.Current.CancellationToken);

    public static RevokeRequest RevocationOf(string licenceId) => new() { LicenceId = licenceId, Reason = "培训考核记录失实", Basis = "行政许可法第六十九条" };
}

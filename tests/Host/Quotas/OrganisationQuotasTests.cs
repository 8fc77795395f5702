using System.ComponentModel.DataAnnotations;
using DataHub.Host.Quotas;
using DataHub.Kernel.Faults;
using DataHub.TestKit;

namespace DataHub.Host.Tests.Quotas;

public sealed class OrganisationQuotasTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Take_NoisyNeighbourAtTwentyTimesItsQuota_LeavesAnothersCallsAdmitted()
    {
        var quotas = new OrganisationQuotas(new QuotaOptions { Verify = new Rate(100, 200) }, _time);
        int noisy = 0, quiet = 0;
        for (var tick = 0; tick < 1_000; tick++)
        {
            // Ten seconds: 2,000 calls a second against 100.
            for (var i = 0; i < 20; i++)
            {
                noisy += IsAdmitted(quotas, "noisy") ? 1 : 0;
            }

            quiet += IsAdmitted(quotas, "quiet") ? 1 : 0;
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(1_000, quiet);
        Assert.InRange(noisy, 1_190, 1_200);
    }

    [Fact]
    public void Take_NoneLeft_SaysWhenThereIsOne()
    {
        var quotas = new OrganisationQuotas(new QuotaOptions { Verify = new Rate(2, 1) }, _time);
        quotas.Take("a", CallClass.Verify);
        var fault = Assert.Throws<FaultException>(() => quotas.Take("a", CallClass.Verify));
        Assert.Equal((FaultKind.OverQuota, "QUOTA", TimeSpan.FromSeconds(0.5)), (fault.Kind, fault.Code, fault.RetryAfter));
        quotas.Take("a", CallClass.Search);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        quotas.Take("a", CallClass.Verify);
    }

    [Fact]
    public void Take_ClockSetBack_NeitherFillsNorEmpties()
    {
        var quotas = new OrganisationQuotas(new QuotaOptions { Verify = new Rate(1, 2) }, _time);
        quotas.Take("a", CallClass.Verify);
        _time.Advance(TimeSpan.FromHours(-1));
        quotas.Take("a", CallClass.Verify);
        Assert.Throws<FaultException>(() => quotas.Take("a", CallClass.Verify));
    }

    [Fact]
    public void Return_OneTaken_CanBeTakenAgainButNeverMoreThanTheBurst()
    {
        var bucket = new TokenBucket(new Rate(1, 1), _time);
        Assert.Equal(TimeSpan.Zero, bucket.Take());
        bucket.Return();
        bucket.Return();
        Assert.Equal(TimeSpan.Zero, bucket.Take());
        Assert.NotEqual(TimeSpan.Zero, bucket.Take());
    }

    [Theory]
    [InlineData("/datahub.v1.VerificationService/Verify", "Verify")]
    [InlineData("/datahub.v1.LicenceService/Verify", "Verify")]
    [InlineData("/datahub.v1.LicenceService/Mint", "Push")]
    [InlineData("/datahub.v1.ExchangeService/Push", "Push")]
    [InlineData("/datahub.v1.CatalogService/Search", "Search")]
    [InlineData("/datahub.v1.StewardshipService/GetQualityReport", "Search")]
    [InlineData("/datahub.v1.VerificationService/ReconcileCases", "Administer")]
    [InlineData("/datahub.v1.BrakesService/ListHoney", "Administer")]
    [InlineData("/grpc.health.v1.Health/Check", null)]
    public void Of_Method_IsOfItsSort(string method, string? expected) => Assert.Equal(expected, CallClasses.Of(method)?.ToString());

    [Fact]
    public void Validate_NonsenseRatesAndWeights_AreEachNamed()
    {
        var options = new QuotaOptions { Push = new Rate(0, 1), Search = new Rate(1, 0.5), Weights = { ["a"] = 0, ["b"] = 100 }, MaxInService = 0 };
        var faults = new List<ValidationResult>();
        Assert.False(Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true));
        Assert.Contains(nameof(QuotaOptions.MaxInService), faults[0].ErrorMessage, StringComparison.Ordinal);
        var more = options.Validate(new ValidationContext(options)).Select(fault => fault.ErrorMessage![..13]).ToList();
        Assert.Equal(["Quotas:Push m", "Quotas:Search", "Quotas:Weight"], more);
        Assert.Empty(new QuotaOptions().Validate(new ValidationContext(options)));
    }

    private static bool IsAdmitted(OrganisationQuotas quotas, string organisation)
    {
        try
        {
            quotas.Take(organisation, CallClass.Verify);
            return true;
        }
        catch (FaultException fault) when (fault.Code == "QUOTA")
        {
            return false;
        }
    }
}
